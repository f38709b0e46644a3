import type { MetricDefinition, Rollout, RolloutDefinition } from '../domain/index.ts';
import type { WorldMetric } from './world.ts';

/** When every simulated rollout starts, ms since 1970. */
export const START_MS = 1_760_000_000_000;

const MINUTE_MS = 60_000;

/** What differs from metric to metric; the rest is as a person gets it who says nothing. */
const METRICS: Readonly<Record<WorldMetric, Partial<MetricDefinition>>> = {
  errors: { signal: 'error' },
  timeouts: {},
  requests: {},
  latency: { kind: 'duration', signal: 'latency', unit: 'ms' },
  purchases: { goodDirection: 'higher' },
  revenue: { kind: 'value', goodDirection: 'higher', margin: 0.01, unit: 'EUR' },
};

/** The guardrail that watches a metric of the world; requests are known to come in bursts of `dispersion`. */
export function guardrailOf(metric: WorldMetric, dispersion: number): MetricDefinition {
  return {
    metric,
    kind: 'rate',
    signal: 'event',
    role: 'guardrail',
    goodDirection: 'lower',
    margin: 0.1,
    weight: 1,
    noData: 'hold',
    graceMs: 2 * MINUTE_MS,
    unit: 'units',
    source: { kind: 'reports' },
    dispersion: metric === 'requests' ? dispersion : 1,
    ...METRICS[metric],
  };
}

/** A rollout at its first stage: 1 → 5 → 20 → 50 → 95 %, windows of a minute that close at once. */
export function aSimulatedRollout(overrides: Partial<RolloutDefinition>): Rollout {
  const definition: RolloutDefinition = {
    rollout: 'simulated',
    flag: 'simulated',
    control: 'old',
    treatments: [{ variant: 'new', split: 100_000 }],
    bucketBy: 'targetingKey',
    salt: 'simulated/',
    stages: [1_000, 5_000, 20_000, 50_000, 95_000].map((coverage) => ({ coverage, dwellMs: 30 * MINUTE_MS })),
    holdback: 5_000,
    bakeMs: 360 * MINUTE_MS,
    windowMs: MINUTE_MS,
    attributionMs: 0,
    burnInMs: 5 * MINUTE_MS,
    alpha: 0.01,
    minExposures: 100,
    patienceMs: 7_200_000,
    onInconclusive: 'proceed',
    maxStepFactor: 6,
    nonInferiorityMargin: 0.25,
    riskBudget: null,
    onSampleRatioMismatch: 'hold',
    segments: [],
    metrics: [],
    ...overrides,
  };
  return {
    definition,
    state: {
      phase: 'running',
      generation: 1,
      revision: 1,
      coverage: definition.stages[0]!.coverage,
      coverageSinceMs: START_MS,
      startedAtMs: START_MS,
      isArchived: false,
    },
  };
}
