import { SHARE_TOTAL } from '../../domain/index.ts';

/** What a ramp policy knows of a rollout when it chooses. */
export interface DecisionFeatures {
  /** Integer out of SHARE_TOTAL. */
  readonly coverage: number;
  /** log10 of the evidence of harm of the worst treatment, over all windows and over the present epoch. */
  readonly harmLog10: number;
  readonly presentLog10: number;
  /** Largest probability, over guardrails, of being worse by more than the non-inferiority margin. */
  readonly doubtProbability: number;
  /** Probability of harm by the risk model; null: nobody was asked. */
  readonly riskProbability: number | null;
  readonly unitsPerMinute: number;
  readonly minutesInStage: number;
  /** Share of the planned dwell that is not over, in [0, 1]. */
  readonly dwellLeft: number;
  readonly hoursSinceStart: number;
  readonly stagesLeft: number;
  /** Share of the risk budget that is left; 1 without a budget. */
  readonly budgetLeft: number;
}

/** An action as a policy sees it. */
export interface RampAction {
  readonly action: 'hold' | 'ramp';
  /** Coverage after it, out of SHARE_TOTAL. */
  readonly coverage: number;
}

/** What the inputs of a policy are; another version means other inputs under the same names. */
export const RAMP_SCHEMA = 'ramp/2';

/** Where nobody says anything of a rollout, one in four does harm (DESIGN: shipped prior). */
const PRIOR_RISK = 0.25;

/** Names of the inputs in their order. */
export const RAMP_INPUTS = [
  'bias',
  'log coverage',
  'evidence of harm',
  'present evidence',
  'doubt',
  'risk',
  'log traffic',
  'log minutes in stage',
  'dwell left',
  'hours',
  'stages left',
  'budget left',
  'hold',
  'hold × doubt',
  'hold × evidence',
  'hold × log minutes',
  'hold × dwell left',
  'hold × risk',
  'step',
  'step squared',
  'step × doubt',
  'step × evidence',
  'step × risk',
  'step × log traffic',
  'step × log coverage',
  'coverage after',
  'coverage after × doubt',
  'coverage after × evidence',
  'coverage after × risk',
  'beyond half',
] as const;

/** φ(x, a): one action in its situation as numbers of about unit size; every one finite. */
export function rampInputs(x: DecisionFeatures, { action, coverage }: RampAction): readonly number[] {
  const logCoverage = Math.log10(Math.max(1, x.coverage) / 1_000) / 2;
  const evidence = clipped(x.harmLog10, -3, 3) / 3;
  const doubt = clipped(x.doubtProbability, 0, 1);
  const risk = clipped(x.riskProbability ?? PRIOR_RISK, 0, 1);
  const traffic = Math.log1p(clipped(x.unitsPerMinute, 0, 1e9)) / 10;
  const minutes = Math.log1p(clipped(x.minutesInStage, 0, 1e6)) / 5;
  const dwellLeft = clipped(x.dwellLeft, 0, 1);
  const hold = action === 'hold' ? 1 : 0;
  const step = Math.log2(Math.max(1, coverage / Math.max(1, x.coverage))) / 2.5;
  const after = coverage / SHARE_TOTAL;
  return [
    1,
    logCoverage,
    evidence,
    clipped(x.presentLog10, -3, 3) / 3,
    doubt,
    risk,
    traffic,
    minutes,
    dwellLeft,
    clipped(x.hoursSinceStart, 0, 12) / 12,
    clipped(x.stagesLeft, 0, 10) / 5,
    clipped(x.budgetLeft, 0, 1),
    hold,
    hold * doubt,
    hold * evidence,
    hold * minutes,
    hold * dwellLeft,
    hold * risk,
    step,
    step * step,
    step * doubt,
    step * evidence,
    step * risk,
    step * traffic,
    step * logCoverage,
    after,
    after * doubt,
    after * evidence,
    after * risk,
    coverage > SHARE_TOTAL / 2 ? 1 : 0,
  ];
}

/** Out-of-range and unknown values come in at the nearer end, NaN at the lower. */
function clipped(value: number, low: number, high: number): number {
  return value >= low ? Math.min(value, high) : low;
}
