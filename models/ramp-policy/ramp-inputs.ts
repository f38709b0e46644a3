import type { PaceInPlan } from '../../domain/index.ts';

/** What a ramp policy knows of a rollout when it chooses its pace. */
export interface DecisionFeatures {
  readonly unitsPerMinute: number;
  /** Share of control's units with an event, of the rarest rate among the guardrails; null without one. */
  readonly rarestRate: number | null;
  /** Guardrails, and those among them that are means. */
  readonly guardrails: number;
  readonly means: number;
  /** log10 of the evidence of harm of the worst treatment so far. */
  readonly harmLog10: number;
  /** Largest probability, over guardrails, of being worse by more than the non-inferiority margin. */
  readonly doubtProbability: number;
  /** Probability of harm by the risk model; null: nobody was asked. */
  readonly riskProbability: number | null;
  /** Planned time before full coverage. */
  readonly plannedHours: number;
  /** Share of the planned dwells that a learned part may do without, in [0, 1]. */
  readonly room: number;
}

/** What the inputs of a policy are; another version means other inputs, or other actions, under the same names. */
export const RAMP_SCHEMA = 'ramp/3';

/** Where nobody says anything of a rollout, one in four does harm (DESIGN: shipped prior). */
const PRIOR_RISK = 0.25;

/** What is usual where nothing is known of a rate. */
const USUAL_RATE = 0.003;

/**
 * Names of the inputs in their order. Those of the rollout alone say what its kind costs at any pace, and cancel where paces
 * are compared; all others are 0 for the plan's own pace.
 */
export const RAMP_INPUTS = [
  'bias',
  'traffic',
  'rate',
  'guardrails',
  'means',
  'evidence of harm',
  'doubt',
  'risk',
  'planned hours',
  'room',
  'dwell',
  'dwell squared',
  'dwell × traffic',
  'dwell squared × traffic',
  'dwell × rate',
  'dwell × evidence',
  'dwell × doubt',
  'dwell × risk',
  'dwell × planned hours',
  'at half',
  'at half × traffic',
  'at half × rate',
  'at half × evidence',
  'at half × doubt',
  'at half × risk',
  'at half × planned hours',
  'skipped',
  'skipped × traffic',
] as const;

/** φ(x, a): one pace in its situation as numbers of about unit size; every one finite. */
export function rampInputs(x: DecisionFeatures, pace: Omit<PaceInPlan, 'pace'>): readonly number[] {
  const traffic = Math.log10(1 + clipped(x.unitsPerMinute, 0, 1e9)) - 3;
  const rate = Math.log10(clipped(x.rarestRate ?? USUAL_RATE, 1e-6, 1) / USUAL_RATE);
  const evidence = clipped(x.harmLog10, -3, 3) / 3;
  const doubt = clipped(x.doubtProbability, 0, 1) - 0.5;
  const risk = clipped(x.riskProbability ?? PRIOR_RISK, 0, 1) - PRIOR_RISK;
  const planned = Math.log10(clipped(x.plannedHours, 0.1, 1_000));
  const dwell = Math.log2(clipped(pace.dwellFactor, 0.1, 16));
  const half = Math.log2(clipped(pace.halfFactor, 0.1, 16)) / 2;
  const skipped = clipped(pace.skippedStages, 0, 10) / 2;
  return [
    1,
    traffic,
    rate,
    clipped(x.guardrails, 0, 10) / 5,
    clipped(x.means, 0, 10) / 5,
    evidence,
    doubt,
    risk,
    planned,
    clipped(x.room, 0, 1),
    dwell,
    dwell * dwell,
    dwell * traffic,
    dwell * dwell * traffic,
    dwell * rate,
    dwell * evidence,
    dwell * doubt,
    dwell * risk,
    dwell * planned,
    half,
    half * traffic,
    half * rate,
    half * evidence,
    half * doubt,
    half * risk,
    half * planned,
    skipped,
    skipped * traffic,
  ];
}

/** Out-of-range and unknown values come in at the nearer end, NaN at the lower. */
function clipped(value: number, low: number, high: number): number {
  return value >= low ? Math.min(value, high) : low;
}
