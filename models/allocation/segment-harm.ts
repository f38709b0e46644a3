/** Events in one segment, on both sides of a comparison inside windows. */
export interface SegmentCounts {
  /** Events of the treatment, and of control. */
  readonly xT: number;
  readonly xC: number;
  /** Events of the treatment over those that control's rate would give, or the reverse where events are good; > 0. */
  readonly ratio: number;
}

/** Standard deviation of a relative effect in a segment, before any data: parts of the traffic differ more than all of it. */
export const SEGMENT_SD = 0.15;

/** Standard normal quantile that nine of ten beliefs lie below. */
const TENTH = 1.28;

/**
 * Whether harm beyond a margin is too likely in a segment: μ + 1.28 s of the log relative risk lies above ln(1 + margin).
 *
 * μ and s are the normal posterior around no effect, with the delta method's 1/x_T + 1/x_C for the data.
 */
export function isHarmLikelyIn({ xT, xC, ratio }: SegmentCounts, margin: number): boolean {
  if (xT + xC === 0 || !(ratio > 0)) return TENTH * SEGMENT_SD > Math.log1p(margin);
  const variance = 1 / Math.max(xT, 0.5) + 1 / Math.max(xC, 0.5);
  const precision = 1 / variance + 1 / SEGMENT_SD ** 2;
  const mu = Math.log(ratio) / variance / precision;
  return mu + TENTH / Math.sqrt(precision) > Math.log1p(margin);
}
