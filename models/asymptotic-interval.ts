/** The clock reading at which the intervals are sharpest, N*. */
const SHARPEST_AT = 5000;

/** What an always-valid interval of a mean or of a difference of means depends on. */
export interface AsymptoticInterval {
  readonly standardError: number;
  /** The clock N: how many units stand behind the standard error; > 0. */
  readonly n: number;
  /** Chance that the truth is ever outside. */
  readonly alpha: number;
  /** 2 for an interval, 1 for a single bound. */
  readonly sides: 1 | 2;
}

/**
 * Distance of the ends of an asymptotic confidence sequence from its estimate: valid after every window at once.
 *
 * Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas (arXiv 2103.06476): Theorem 2.2 for two sides, Proposition B.1 for one.
 */
export function asymptoticHalfWidth({ standardError, n, alpha, sides }: AsymptoticInterval): number {
  const squared = sharpness(sides === 2 ? alpha : 2 * alpha) ** 2;
  const k = n * squared + 1;
  const tail = sides === 2 ? Math.log(Math.sqrt(k) / alpha) : Math.log1p(Math.sqrt(k) / (2 * alpha));
  return standardError * Math.sqrt(((2 * k) / (n * squared)) * tail);
}

/** ρ, the one tuning constant: fixed, so that the interval is sharpest at N*. */
export function sharpness(a: number): number {
  return Math.sqrt((-2 * Math.log(a) + Math.log(1 - 2 * Math.log(a))) / SHARPEST_AT);
}
