import type {
  DecisionRecord,
  DecisionToApply,
  FlagDefinition,
  MetricDefinition,
  MetricReport,
  MetricWindow,
  ReportRow,
  Rollout,
  RolloutDefinition,
  RolloutMove,
  Scope,
  Storage,
} from '../../domain/index.ts';

let scopeCount = 0;

/** Everything is written by "tester", with a reason. */
export const BY_TESTER = { actor: 'tester', reason: 'because' };

export const aFlag: FlagDefinition = {
  state: 'ENABLED',
  variants: { off: false, on: true },
  defaultVariant: 'off',
};

/** A new environment that no other test knows, with the flag "checkout" (version 1). */
export async function aScope(storage: Storage): Promise<Scope> {
  const scope = { tenant: 'acme', environment: `environment-${process.pid}-${scopeCount++}` };
  await storage.flags.createEnvironment(scope);
  await storage.flags.writeFlag(scope, 'checkout', aFlag, BY_TESTER);
  return scope;
}

/** A metric that is reported. */
export function aMetric(metric: string, kind: MetricDefinition['kind']): MetricDefinition {
  return {
    metric,
    kind,
    signal: kind === 'duration' ? 'latency' : kind === 'rate' ? 'error' : 'event',
    role: kind === 'value' ? 'diagnostic' : 'guardrail',
    goodDirection: 'lower',
    margin: 0.1,
    weight: 1,
    noData: 'hold',
    graceMs: 60_000,
    unit: '',
    source: { kind: 'reports' },
    dispersion: 1,
  };
}

export function aRolloutDefinition(changes: Partial<RolloutDefinition> = {}): RolloutDefinition {
  return {
    rollout: 'new-checkout',
    flag: 'checkout',
    control: 'off',
    treatments: [{ variant: 'on', split: 100_000 }],
    bucketBy: 'targetingKey',
    salt: 'checkout/new-checkout/',
    stages: [
      { coverage: 1_000, dwellMs: 0 },
      { coverage: 95_000, dwellMs: 0 },
    ],
    holdback: 5_000,
    bakeMs: 0,
    windowMs: 10_000,
    attributionMs: 0,
    burnInMs: 0,
    alpha: 0.01,
    minExposures: 1,
    patienceMs: 7_200_000,
    onInconclusive: 'proceed',
    maxStepFactor: 6,
    nonInferiorityMargin: 0.25,
    riskBudget: null,
    onSampleRatioMismatch: 'hold',
    segments: ['country', 'plan'],
    metrics: [aMetric('errors', 'rate'), aMetric('latency', 'duration'), aMetric('revenue', 'value')],
    ...changes,
  };
}

export const START: RolloutMove = {
  ...BY_TESTER,
  verb: 'start',
  fromPhases: ['draft'],
  phase: 'running',
  coverage: 1_000,
};
export const PAUSE: RolloutMove = { ...BY_TESTER, verb: 'pause', fromPhases: ['running'], phase: 'paused' };
export const RESUME: RolloutMove = { ...BY_TESTER, verb: 'resume', fromPhases: ['paused'], phase: 'running' };
export const ROLL_BACK: RolloutMove = {
  ...BY_TESTER,
  verb: 'rollback',
  fromPhases: ['running', 'paused', 'completed'],
  phase: 'rolledBack',
  coverage: 0,
};
export const COMPLETE: RolloutMove = {
  ...BY_TESTER,
  verb: 'complete',
  fromPhases: ['running', 'paused'],
  phase: 'completed',
  coverage: 100_000,
};

/** A rollout in progress at 1 % (versions 2 and 3 of a new environment). */
export async function aRunningRollout(
  storage: Storage,
  scope: Scope,
  changes: Partial<RolloutDefinition> = {},
): Promise<Rollout> {
  const { definition } = await storage.rollouts.createRollout(scope, aRolloutDefinition(changes), BY_TESTER);
  return (await storage.rollouts.moveRollout(scope, definition.rollout, START))!;
}

/** A ramp to 5 % that nothing stands in the way of. */
export function aDecision(
  scope: Scope,
  { definition, state }: Rollout,
  changes: Partial<DecisionToApply>,
): DecisionToApply {
  return {
    scope,
    rollout: definition.rollout,
    generation: state.generation,
    revision: state.revision,
    windowEndMs: 10_000,
    decisionId: 'decision',
    action: 'ramp',
    coverage: 5_000,
    evidence: { seen: 1 },
    deadlineMs: Date.now() + 60_000,
    reason: 'all gates passed',
    ...changes,
  };
}

export function aDecisionRecord(changes: Partial<DecisionRecord>): DecisionRecord {
  return {
    decisionId: 'decision',
    rollout: 'new-checkout',
    generation: 1,
    windowEndMs: 10_000,
    revision: 2,
    decision: { action: 'hold', coverage: 1_000, reasons: [{ code: 'dwell', message: '3 min to go' }] },
    assessment: { verdicts: [] },
    observation: { z: 1, a: 2 },
    inputDigest: 'digest',
    decidedAtMs: 1_000,
    ...changes,
  };
}

/** Windows of tests lie around half an hour ago, well inside what the clock check accepts. */
const PAST_MS = Math.floor(Date.now() / 10_000) * 10_000 - 30 * 60_000;

/** The n-th window of 10 s after PAST_MS. */
export function theWindow(n: number): { startMs: number; endMs: number } {
  return { startMs: PAST_MS + n * 10_000, endMs: PAST_MS + (n + 1) * 10_000 };
}

export function aRow(n: number, changes: Partial<ReportRow> = {}): ReportRow {
  return {
    rollout: 'new-checkout',
    generation: 1,
    coverage: 1_000,
    variant: 'on',
    ...theWindow(n),
    units: 10,
    newUnits: 4,
    requests: 25,
    metrics: allMetrics(10, 1),
    ...changes,
  };
}

export function allMetrics(exposures: number, events: number): Readonly<Record<string, MetricWindow>> {
  return {
    errors: { kind: 'rate', exposures, events },
    latency: { kind: 'duration', exposures, bins: { '-3': events, '48': exposures - events } },
    revenue: { kind: 'value', exposures, sum: exposures * 0.125, sumOfSquares: exposures * 0.015_625 },
  };
}

export function aReport(sequence: number, rows: readonly ReportRow[], source = 'web-1'): MetricReport {
  return { source, epoch: 1, sequence, rows };
}
