import type { RolloutDefinition } from '../../domain/index.ts';

/** Short windows and stages without dwell, so that much is decided in little time. */
export function definitionOf(rollout: string, flag: string, windowMs: number): RolloutDefinition {
  return {
    rollout,
    flag,
    control: 'off',
    treatments: [{ variant: 'on', split: 100_000 }],
    bucketBy: 'targetingKey',
    salt: `${flag}/${rollout}/`,
    stages: [5_000, 20_000, 40_000, 70_000, 95_000].map((coverage) => ({ coverage, dwellMs: 0 })),
    holdback: 5_000,
    bakeMs: 2 * windowMs,
    windowMs,
    attributionMs: 500,
    burnInMs: 0,
    alpha: 0.05,
    minExposures: 100,
    patienceMs: 7_200_000,
    onInconclusive: 'proceed',
    maxStepFactor: 6,
    nonInferiorityMargin: 0.5,
    riskBudget: null,
    onSampleRatioMismatch: 'hold',
    segments: [],
    metrics: [
      {
        metric: 'errors',
        kind: 'rate',
        signal: 'error',
        role: 'guardrail',
        goodDirection: 'lower',
        margin: 0.25,
        weight: 1,
        noData: 'hold',
        graceMs: 600_000,
        unit: 'units',
        source: { kind: 'reports' },
        dispersion: 1,
      },
    ],
  };
}
