import type { HarmSign } from './contrast.ts';
import { addToContrast, type ContrastState, emptyContrast } from './contrast-state.ts';
import type { RateSides, RiskStratum } from './risk-stratum.ts';
import { addToSegments, type SegmentContrasts } from './segment-contrasts.ts';

/** The sums of every metric of a rollout; null for those that it does not have. */
export interface MetricContrasts {
  readonly errors: ContrastState;
  readonly slow: ContrastState | null;
  readonly business: ContrastState | null;
  /** Whether more of the business metric is worse. */
  readonly businessSign: HarmSign;
  /** By the segment's name. */
  readonly segments: SegmentContrasts;
}

/** The state before the first stratum. */
export function emptyMetricContrasts(): MetricContrasts {
  return { errors: emptyContrast(), slow: null, business: null, businessSign: -1, segments: {} };
}

/** Adds one stratum to every metric. */
export function addToMetricContrasts(state: MetricContrasts, stratum: RiskStratum): MetricContrasts {
  const isCounted = !stratum.isBurnIn;
  const { business } = stratum;
  return {
    errors: addToContrast(state.errors, stratum.errors, isCounted),
    slow: addIfKnown(state.slow, stratum.slow, isCounted),
    business: addIfKnown(state.business, business, isCounted),
    businessSign: business === undefined ? state.businessSign : business.goodDirection === 'lower' ? 1 : -1,
    segments: addToSegments(state.segments, stratum.segments ?? {}, isCounted),
  };
}

/** A metric is one of the rollout's from the first stratum on that has it. */
function addIfKnown(
  state: ContrastState | null,
  sides: RateSides | RiskStratum['business'],
  isCounted: boolean,
): ContrastState | null {
  if (state === null && sides === undefined) return null;
  return addToContrast(state ?? emptyContrast(), sides, isCounted);
}
