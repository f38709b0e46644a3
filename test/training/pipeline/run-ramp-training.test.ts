import { beforeAll, describe, expect, it } from 'vitest';
import { type Observation, shippedModels } from '../../../controller/index.ts';
import type { PaceInPlan, PolicyChoice } from '../../../domain/index.ts';
import {
  APPETITES,
  COST_PARTS,
  type CostFactors,
  checkRampPolicy,
  choosePace,
  type DecisionFeatures,
  emptyRampPolicy,
  RAMP_SCHEMA,
  type RampPolicy,
} from '../../../models/index.ts';
import { PACED } from '../../../simulation/index.ts';
import { passRampGate, type RampEvidence } from '../../../training/gate/index.ts';
import {
  type PlayedRamp,
  type RecordedGeneration,
  runRampTraining,
  type TrainingOptions,
  type TrainingOutcome,
} from '../../../training/index.ts';
import { againstSchedule } from '../../../training/pipeline/against-schedule.ts';
import { estimateRampPolicy } from '../../../training/pipeline/estimate-ramp-policy.ts';
import { fitRampPolicy } from '../../../training/pipeline/fit-ramp-policy.ts';
import type { RewardRow } from '../../../training/rewards/reward-set.ts';
import { recordedRun } from '../../controller/replay/recorded-run.ts';
import { seededDraws } from '../../models/seeded-draws.ts';
import { aKnownLabel } from '../recorded-world.ts';
import { digest, Memory, tools } from './memory-ports.ts';

const CUT_OFF_MS = 9e12;
const options: TrainingOptions = {
  run: { runId: 'one', kind: 'ramp', cutOffMs: CUT_OFF_MS },
  environment: 'production',
  members: 0,
  gate: {},
  codeVersion: 'test',
  libraryVersions: {},
  signal: new AbortController().signal,
};

const uniform = { id: 'uniform', hash: 'u', fittedAtMs: null, artefact: emptyRampPolicy('uniform', 'thompson', 1) };

/** Rollouts under a uniform policy, as the real `decide` recorded them in simulated worlds. */
const generations = (['B1', 'B2', 'H1', 'H2'] as const).map((scenario, index): RecordedGeneration => {
  const settings = { ...PACED, rampPolicy: 'learned' as const };
  const models = { risk: null, novelty: null, ramp: uniform, alpha: 0.02 };
  const records = recordedRun(scenario, 10_001, { settings, models });
  const { rollout } = records[0]!.observation as unknown as Observation;
  const last = records.at(-1)!;
  const definition = { ...rollout.definition, rollout: `rollout-${index}` };
  return {
    definition,
    generation: 1,
    records,
    labels: [aKnownLabel(definition.rollout, { verdict: scenario.startsWith('H') ? 'regressed' : 'healthy' })],
    endedAtMs: last.decidedAtMs,
    end: last.decision.action === 'rollback' ? 'rolledBack' : 'completed',
  };
});

/** A rollout whose pace was one of two, of which the quicker brings everybody the change three hours sooner. */
function exploredOnce(index: number): RecordedGeneration {
  const first = generations[0]!.records.find(({ decision }) => decision.choice !== undefined)!;
  const observation = first.observation as unknown as Observation;
  const choice = first.decision.choice!;
  const draws = seededDraws(100 + index);
  const taken = draws.uniform() < 0.5 ? 0 : 1;
  const paces = [choice.paces[choice.scheduled]!, choice.paces.at(-1)!].map((one) => ({ ...one, propensity: 0.5 }));
  const made: PolicyChoice = { ...choice, paces, taken, scheduled: 0, seed: index };
  const fullAtMs = first.decidedAtMs + 3_600_000 * ((taken === 1 ? 1 : 4) + draws.uniform());
  const state = { ...observation.rollout.state, coverage: 95_000, coverageSinceMs: fullAtMs };
  const full = { ...observation, windows: [], rollout: { ...observation.rollout, state } };
  const definition = { ...observation.rollout.definition, rollout: `explored-${index}` };
  return {
    definition,
    generation: 1,
    records: [
      { ...first, decision: { ...first.decision, choice: made } },
      {
        ...first,
        windowEndMs: fullAtMs,
        decidedAtMs: fullAtMs,
        decision: { action: 'hold', coverage: 95_000, reasons: [] },
        observation: full as unknown as typeof first.observation,
      },
    ],
    labels: [aKnownLabel(definition.rollout)],
    endedAtMs: fullAtMs,
    end: 'completed',
  };
}

/** Twenty worlds, half of them harmful, in which every rollout costs the same. */
const played = (policy: RampPolicy, world: number): PlayedRamp => ({
  isHarmful: world % 2 === 1,
  isTakenBack: world % 2 === 1,
  costs: { harm: 0, hours: policy.decisions > 0 ? 1 : 2, falseRollback: 0, move: 0, objective: 0 },
});
const rampTools = () => ({
  ...tools(),
  ramp: {
    shipped: shippedModels().ramp!.artefact,
    worldCount: 20,
    play: (world: number, { policy }: { policy: RampPolicy; factors: CostFactors }) => played(policy, world),
  },
});

describe('a training run for ramp policies', () => {
  const memory = new Memory(generations);
  let outcome: Extract<TrainingOutcome, { outcome: 'trained' }>;
  beforeAll(async () => {
    outcome = (await runRampTraining(memory, rampTools(), options)) as typeof outcome;
  });

  it('registers what is shipped after the recorded rollouts, with a card', () => {
    const model = memory.models.get('ramp-one')!;
    expect(model).toMatchObject({ kind: 'ramp', environment: 'production', parentId: null, schemaHash: RAMP_SCHEMA });
    const checked = checkRampPolicy(model.artefact);
    expect(checked.kind).toBe('usable');
    expect(model.modelCard).toContain('doubly robust, weights clipped at 20');
    expect(model.modelCard).toContain('ramp-shipped-4');
    expect(model.dataSetHash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('keeps the champion as long as the log is worth too few rollouts, and names why', () => {
    expect(outcome).toMatchObject({ outcome: 'trained', verdict: 'keep', nextState: 'candidate' });
    expect(outcome.reasons.map((reason) => reason.split(':')[0])).toEqual(
      expect.arrayContaining(['effectiveSampleSize', 'offPolicyCost']),
    );
    const checks = new Map(outcome.checks.map(({ check, outcome: found }) => [check, found]));
    for (const name of ['schema', 'usable', 'size', 'replay', 'benchmarkCost', 'falseRollback'])
      expect([name, checks.get(name)]).toEqual([name, 'passed']);
    expect(memory.moves).toEqual([]);
  });

  it('takes the place of the champion once enough rollouts say that it is cheaper', async () => {
    const promoted = new Memory(Array.from({ length: 520 }, (_, index) => exploredOnce(index)));
    const found = await runRampTraining(promoted, rampTools(), options);
    expect(found).toMatchObject({ outcome: 'trained', verdict: 'promote', reasons: [] });
    expect(promoted.moves).toEqual(['promote ramp-one']);
    expect(promoted.models.get('ramp-one')!.modelCard).toContain('The gate says: promote.');
  });

  it('believes no log whose choices were not drawn anew in every rollout', async () => {
    const same = new Memory(
      Array.from({ length: 520 }, (_, index) => ({ ...exploredOnce(0), definition: exploredOnce(index).definition })),
    );
    const found = await runRampTraining(same, rampTools(), options);
    expect(found).toMatchObject({ verdict: 'keep' });
    const { reasons } = found as Extract<TrainingOutcome, { outcome: 'trained' }>;
    expect(reasons.at(-1)).toMatch(/^propensities: mean weight/);
  });

  it('makes the same policy of the same records', async () => {
    const again = new Memory(generations.toReversed());
    await runRampTraining(again, rampTools(), options);
    expect(again.models.get('ramp-one')!.artefact).toEqual(memory.models.get('ramp-one')!.artefact);
  });

  it('learns nothing twice: what the champion knew is no news', async () => {
    const again = new Memory(generations);
    const { artefact } = memory.models.get('ramp-one')!;
    again.champion = { modelId: 'ramp-zero', artefact, cutOffMs: CUT_OFF_MS };
    const found = await runRampTraining(again, rampTools(), options);
    expect(found).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('nothing to learn from') });
  });

  it('refuses to learn from rollouts that nobody knows the truth of', async () => {
    const unlabelled = new Memory(generations.map((one) => ({ ...one, labels: [] })));
    expect(await runRampTraining(unlabelled, rampTools(), options)).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('4 of them have no label'),
    });
  });

  it('ends without a model when it is cancelled', async () => {
    const cancel = new AbortController();
    const cancelled = new Memory(generations);
    cancelled.onReport = (words) => words.startsWith('playing') && cancel.abort(new Error('cancelled'));
    await expect(runRampTraining(cancelled, rampTools(), { ...options, signal: cancel.signal })).rejects.toThrow(
      'cancelled',
    );
    expect(cancelled.models.size).toBe(0);
  });
});

const PACES_HERE: readonly PaceInPlan[] = [
  { pace: 'asPlanned', dwellFactor: 1, halfFactor: 1, skippedStages: 0 },
  { pace: 'aggressive', dwellFactor: 0.7, halfFactor: 0.7, skippedStages: 1 },
];

/** Rows of a uniform log in which one pace costs hours and the other does not. */
function rowsWhere(cheap: number, rollouts: number): readonly RewardRow[] {
  const draws = seededDraws(7);
  return Array.from({ length: rollouts }, (_, index): RewardRow => {
    const features: DecisionFeatures = {
      unitsPerMinute: 1_000,
      rarestRate: 0.01 * draws.uniform(),
      guardrails: 3,
      means: 1,
      harmLog10: draws.uniform(),
      doubtProbability: draws.uniform(),
      riskProbability: null,
      plannedHours: 1,
      room: 0.3,
    };
    const taken = draws.uniform() < 0.5 ? 0 : 1;
    const choice: PolicyChoice = {
      policy: 'uniform',
      hash: 'u',
      schema: RAMP_SCHEMA,
      features: { ...features },
      seed: index,
      paces: PACES_HERE.map((pace) => ({ ...pace, propensity: 0.5 })),
      taken,
      scheduled: 0,
      mainInputs: [],
    };
    const hours = (taken === cheap ? 0 : 4) + draws.uniform();
    return {
      runId: `rollout-${index}/1`,
      rollout: `rollout-${index}`,
      windowEndMs: index,
      choice,
      costs: { harm: 0, hours, falseRollback: 0, move: 0, objective: 0 },
      factors: APPETITES.balanced,
      weight: 1,
    };
  });
}

describe('a ramp policy that has learned from recorded rollouts', () => {
  const before = emptyRampPolicy('nothing known');
  const estimateOf = (rows: readonly RewardRow[]) => estimateRampPolicy(before, rows, { digest, level: 0.95 });

  it('prefers what was cheap', () => {
    const rows = rowsWhere(1, 200);
    const policy = fitRampPolicy(before, 'after', rows);
    const { features, seed } = rows[0]!.choice;
    const propensities = choosePace(policy, {
      features: features as unknown as DecisionFeatures,
      paces: PACES_HERE,
      scheduled: 0,
      factors: APPETITES.balanced,
      seed,
    })!.propensities;
    expect(propensities[1]).toBeGreaterThan(0.95);
    expect(policy.version).toBe('after');
    expect(policy.moments[COST_PARTS.indexOf('hours')]![0]).toBeGreaterThan(0);
  });

  it('is estimated as cheaper than one that knows nothing, by those that were not learned from', () => {
    const estimate = estimateOf(rowsWhere(1, 600));
    // The cheap pace costs 4 × ½ hour on average, the other one 4 × 4 more.
    expect(estimate.cost['doublyRobust']).toBeCloseTo(2.2, 0);
    expect(estimate.costDifference.upper).toBeLessThan(0);
    expect(estimate.effectiveSampleSize).toBeGreaterThan(250);
    expect(Math.abs(estimate.meanWeight.value - 1)).toBeLessThan(3 * estimate.meanWeight.error);
  });

  it('has an interval too wide to be promoted by where there are few rollouts', () => {
    const { costDifference } = estimateOf(rowsWhere(1, 60));
    expect(costDifference.value).toBeLessThan(0);
    expect(costDifference.upper).toBeGreaterThan(0);
  });
});

describe('the gate of ramp policies', () => {
  const sound: RampEvidence = {
    schema: 'ramp/3',
    knownSchema: 'ramp/3',
    artefactFault: null,
    artefactBytes: 20_000,
    replay: { choices: 300, failures: 0, outside: 0 },
    effectiveSampleSize: 250,
    meanWeight: { value: 1.02, error: 0.03 },
    costDifference: { value: -0.4, lower: -0.9, upper: -0.1 },
    championCost: 8,
    benchmarkCost: { value: 0.1, lower: -0.3, upper: 0.4 },
    benign: { worlds: 22, takenBack: 0, championTakenBack: 0 },
  };

  it('lets one pass that is shown to be no dearer, in the log and in simulated worlds', () => {
    expect(passRampGate(sound)).toMatchObject({ verdict: 'promote', nextState: 'champion', reasons: [] });
    // A loss of less than 1 % of the champion's cost is accepted.
    expect(passRampGate({ ...sound, costDifference: { value: 0, lower: -0.1, upper: 0.07 } }).verdict).toBe('promote');
  });

  it.each<[string, Partial<RampEvidence>]>([
    ['schema', { schema: 'ramp/0' }],
    ['usable', { artefactFault: 'its precision is no matrix' }],
    ['size', { artefactBytes: 3e6 }],
    ['replay', { replay: { choices: 300, failures: 0, outside: 1 } }],
    ['replay', { replay: { choices: 300, failures: 1, outside: 0 } }],
    ['replay', { replay: { choices: 0, failures: 0, outside: 0 } }],
    ['effectiveSampleSize', { effectiveSampleSize: 199 }],
    ['effectiveSampleSize', { effectiveSampleSize: Number.NaN }],
    ['propensities', { meanWeight: { value: 1.2, error: 0.03 } }],
    ['offPolicyCost', { costDifference: { value: -0.4, lower: -0.9, upper: 0.09 } }],
    ['offPolicyCost', { costDifference: null }],
    ['benchmarkCost', { benchmarkCost: { value: 0.5, lower: 0.1, upper: 0.9 } }],
    ['benchmarkCost', { benchmarkCost: null }],
    ['falseRollback', { benign: { worlds: 22, takenBack: 3, championTakenBack: 3 } }],
    ['falseRollback', { benign: { worlds: 22, takenBack: 1, championTakenBack: 0 } }],
    ['falseRollback', { benign: null }],
  ])('keeps the champion for %s alone', (name, changed) => {
    const { verdict, reasons } = passRampGate({ ...sound, ...changed });
    expect(verdict).toBe('keep');
    expect(reasons).toEqual([expect.stringMatching(new RegExp(`^${name}: `))]);
  });
});

describe('the paces that a policy in use chose', () => {
  it('are priced against that of the plan, whichever of both is cheaper', () => {
    // Half of its rollouts cost four hours of four more, or less, than at the pace of the plan.
    const [dearer, cheaper] = [0, 1].map((cheap) => againstSchedule('uniform', rowsWhere(cheap, 600), 0.99)!);
    expect(dearer!.costDifference.value).toBeCloseTo(8, 0);
    expect(dearer!.costDifference.lower).toBeGreaterThan(7);
    expect(cheaper!.costDifference.value).toBeCloseTo(-8, 0);
    expect(cheaper!.costDifference.upper).toBeLessThan(-7);
    expect(dearer!.effectiveSampleSize).toBeGreaterThan(200);
  });

  it('are not told to be dearer by a few rollouts, and have no price where it made none', () => {
    expect(againstSchedule('uniform', rowsWhere(0, 40), 0.99)!.costDifference.lower).toBeLessThan(0);
    expect(againstSchedule('another', rowsWhere(1, 40), 0.99)).toBeNull();
  });
});
