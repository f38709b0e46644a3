import { expectedExcessRisk, type RiskDistribution } from './risk-posterior.ts';
import { upperRegularisedGamma } from './special-functions.ts';

/** Belief about control's event rate per exposure: Gamma with shape a and rate b. */
export interface BaseRate {
  readonly a: number;
  readonly b: number;
}

/** What is believed about an error rate before any data: 2 events in 498 exposures' worth. */
const PRIOR_EVENTS = 2;
const PRIOR_EXPOSURES = 498;

/** The base rate after control's (possibly discounted) events and exposures. */
export function baseRateAfter(events: number, exposures: number): BaseRate {
  return { a: PRIOR_EVENTS + events, b: PRIOR_EXPOSURES + exposures };
}

/** What is known about a treatment's harm: relative risk and base rate. */
export interface HarmBelief {
  readonly r: readonly number[];
  readonly risk: RiskDistribution;
  readonly baseRate: BaseRate;
}

/** E[X⁺], the expected excess events X = n λ (r − 1) of n exposures to the treatment. */
export function expectedExcessEvents({ r, risk, baseRate }: HarmBelief, n: number): number {
  return ((n * baseRate.a) / baseRate.b) * expectedExcessRisk(r, risk);
}

/** P(X > limit) for the excess events X of n exposures; grows with n. */
export function probabilityOfExcess({ r, risk, baseRate }: HarmBelief, n: number, limit: number): number {
  return risk.reduce((sum, mass, j) => {
    const excess = r[j]! - 1;
    if (excess <= 0 || mass === 0) return sum;
    return sum + mass * upperRegularisedGamma(baseRate.a, (baseRate.b * limit) / (n * excess));
  }, 0);
}

/** How much harm the next exposures may do. */
export interface ExposureLimits {
  /** Excess events that may be exceeded with a chance of 5 % at most. */
  readonly budgetLeft: number;
  /** Excess events that may be expected. */
  readonly expectedShare: number;
}

const MAX_CHANCE_OF_EXCESS = 0.05;

/** Fewer exposures than the first are none, more than the second are "as many as you like". */
const MIN_EXPOSURES = 1e-6;
const MAX_EXPOSURES = 1e12;
const RELATIVE_PRECISION = 1e-12;

/** The largest number of exposures to the treatment whose harm stays within both limits; 0 when nothing is left. */
export function largestPermittedExposures(belief: HarmBelief, limits: ExposureLimits): number {
  if (limits.budgetLeft <= 0) return 0;
  const perExposure = expectedExcessEvents(belief, 1);
  const byExpectation = perExposure === 0 ? MAX_EXPOSURES : limits.expectedShare / perExposure;
  return Math.min(byExpectation, byChance(belief, limits.budgetLeft));
}

/** Bisection of the logarithm: the answer may be anything between one and a trillion. */
function byChance(belief: HarmBelief, budgetLeft: number): number {
  const isPermitted = (n: number) => probabilityOfExcess(belief, n, budgetLeft) <= MAX_CHANCE_OF_EXCESS;
  if (isPermitted(MAX_EXPOSURES)) return MAX_EXPOSURES;
  if (!isPermitted(MIN_EXPOSURES)) return 0;
  let [low, high] = [MIN_EXPOSURES, MAX_EXPOSURES];
  while (high / low > 1 + RELATIVE_PRECISION) {
    const middle = Math.sqrt(low * high);
    if (isPermitted(middle)) low = middle;
    else high = middle;
  }
  return low;
}
