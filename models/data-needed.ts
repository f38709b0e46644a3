import type { MixtureTest } from './mixture-test.ts';
import type { RateEvidence } from './rate-evidence.ts';
import { logSumExp } from './special-functions.ts';

/** The exposures that are still to come, and what they would show. */
export interface TrafficAhead {
  /** Treatment's share of the exposures, in (0, 1). */
  readonly rho: number;
  /** Control's events per exposure. */
  readonly baseRate: number;
  /** The relative risk taken for true. */
  readonly r: number;
}

/**
 * Further exposures, both sides together, after which log E is expected to reach `line`; Infinity where it never will.
 *
 * Solves ln Σ π_k exp(ℓ_k + n λ g_k) = line for n, where λ is control's rate and g_k the growth of ℓ_k per event that
 * control alone would have had. Chance decides earlier in more than half of all cases: this is the mean path.
 */
export function exposuresNeeded(
  test: MixtureTest,
  { logRatios }: Pick<RateEvidence, 'logRatios'>,
  line: number,
  traffic: TrafficAhead,
): number {
  const growth = growthRates(test, traffic);
  const start = logRatios.map((logRatio, k) => Math.log(test.pi[k]!) + logRatio);
  const logEAfter = (events: number) => logSumExp(start.map((value, k) => value + growth[k]! * events));
  if (logEAfter(0) >= line) return 0;
  // Where one alternative reaches the line by itself, all together are beyond it.
  const alone = growth.map((rate, k) => (rate > 0 ? (line - start[k]!) / rate : Number.POSITIVE_INFINITY));
  return firstReached(Math.min(...alone), (events) => logEAfter(events) >= line) / traffic.baseRate;
}

/** g_k = η (ρ r ln(r_k/r0) − D(r) ln(D(r_k)/D(r0))), the mean growth of ℓ_k when r is true: negative where r is closer to r0. */
export function growthRates({ r0, r: alternatives, eta }: MixtureTest, { rho, r }: TrafficAhead): readonly number[] {
  const d = (risk: number) => 1 - rho + rho * risk;
  return alternatives.map((rk) => {
    const perEvent = Math.log1p((rho * (rk - r0)) / d(r0));
    return eta * (rho * r * Math.log(rk / r0) - d(r) * perEvent);
  });
}

/** Halvings of the answer's range: a millionth of it, far less than the answer is worth. */
const BISECTIONS = 20;

/** log E is convex in the events and starts below the line, so it crosses the line once. */
function firstReached(atMost: number, isReached: (events: number) => boolean): number {
  if (atMost === Number.POSITIVE_INFINITY) return atMost;
  let [low, high] = [0, atMost];
  for (let step = 0; step < BISECTIONS; step += 1) {
    const middle = (low + high) / 2;
    if (isReached(middle)) high = middle;
    else low = middle;
  }
  return high;
}
