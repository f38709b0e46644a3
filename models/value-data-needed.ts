import { asymptoticHalfWidth } from './asymptotic-interval.ts';
import type { ValueEvidence } from './value-evidence.ts';
import { precisionOf } from './value-interval.ts';

/** How precise an interval of a value is to become, and at which split of the units to come. */
export interface PrecisionWanted {
  /** Half the width of the interval, in the unit of the value, > 0. */
  readonly halfWidth: number;
  readonly alpha: number;
  readonly sides: 1 | 2;
  /** Treatment's share of the units to come, in (0, 1). */
  readonly rho: number;
}

/**
 * Further units, both sides together, until the interval of Δ is as narrow as wanted if their spread stays what it is.
 *
 * A unit adds ρ(1 − ρ) to Σ h. Infinity while there is no evidence, hence no spread, yet.
 */
export function unitsNeeded(evidence: ValueEvidence, { halfWidth, alpha, sides, rho }: PrecisionWanted): number {
  if (evidence.weight === 0) return Number.POSITIVE_INFINITY;
  const { standardError, n } = precisionOf(evidence);
  const halfWidthAt = (clock: number) =>
    asymptoticHalfWidth({ standardError: standardError * Math.sqrt(n / clock), n: clock, alpha, sides });
  if (halfWidthAt(n) <= halfWidth) return 0;
  return (clockAt(n, (clock) => halfWidthAt(clock) <= halfWidth) - n) / (4 * rho * (1 - rho));
}

const DOUBLINGS = 100;
const BISECTIONS = 60;

/** The half width falls for ever: the clock is doubled until it is enough, then bisected; Infinity if it never is. */
function clockAt(from: number, isEnough: (clock: number) => boolean): number {
  let high = from;
  for (let step = 0; step < DOUBLINGS && !isEnough(high); step += 1) high *= 2;
  if (!isEnough(high)) return Number.POSITIVE_INFINITY;
  let low = high / 2;
  for (let step = 0; step < BISECTIONS; step += 1) {
    const middle = (low + high) / 2;
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
