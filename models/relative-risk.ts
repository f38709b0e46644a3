import type { WindowCounts } from './mixture-test.ts';
import { logSumExp } from './special-functions.ts';

const GRID_POINTS = 121;

/** A grid of relative risks, geometric from 1/span to span, with r = 1 in the middle. */
export function relativeRiskGrid(span: number): readonly number[] {
  return Array.from({ length: GRID_POINTS }, (_, j) => span ** (-1 + (2 * j) / (GRID_POINTS - 1)));
}

/** The grid on which likelihoods of the relative risk are kept: from a fiftieth to fifty times. */
export const RELATIVE_RISKS = relativeRiskGrid(50);

/** Known beforehand, because every window needs them. */
const LOG_RELATIVE_RISKS = RELATIVE_RISKS.map((r) => Math.log(r));

/** L(r) − L(1) at the points of a grid; numbers of different windows add up, those of different rollouts can be compared. */
export type RiskLikelihood = readonly number[];

/** The likelihood before the first window. */
export function flatLikelihood(r: readonly number[]): RiskLikelihood {
  return r.map(() => 0);
}

/** Adds one window: L(r) += η (x_T ln r − x ln D(r)); a window without exposures on one side changes nothing. */
export function addLikelihoodWindow(
  r: readonly number[],
  likelihood: RiskLikelihood,
  counts: WindowCounts,
  eta: number,
): RiskLikelihood {
  const { nT, nC, xT, xC } = counts;
  if (nT === 0 || nC === 0 || xT + xC === 0) return likelihood;
  const rho = nT / (nT + nC);
  const logR = r === RELATIVE_RISKS ? LOG_RELATIVE_RISKS : r.map((rj) => Math.log(rj));
  return likelihood.map((value, j) => value + eta * (xT * logR[j]! - (xT + xC) * Math.log1p(rho * (r[j]! - 1))));
}

/** L at a relative risk between the points of the grid, by straight lines in ln r; beyond its ends, the ends'. */
export function likelihoodAt(r: readonly number[], likelihood: RiskLikelihood, at: number): number {
  const above = r.findIndex((rj) => rj >= at);
  if (above <= 0) return likelihood.at(above)!;
  const part = Math.log(at / r[above - 1]!) / Math.log(r[above]! / r[above - 1]!);
  return likelihood[above - 1]! + part * (likelihood[above]! - likelihood[above - 1]!);
}

/** The always-valid interval of a relative risk; its ends are those of the grid where the data set no limit. */
export interface RiskInterval {
  readonly lower: number;
  readonly upper: number;
}

/**
 * Confidence sequence { r : L(r) > ln α + mix } with mix = ln Σ_j exp(L(r_j)) / 121: valid after every window at once.
 *
 * L is concave in ln r, so this is an interval; its ends are interpolated between grid points (to about 0.3 %).
 * The likelihood ratio against a mixture is Robbins 1970; Lindon & Malek 2022 (arXiv 2011.03567) use it for counts.
 */
export function confidenceSequence(r: readonly number[], likelihood: RiskLikelihood, alpha: number): RiskInterval {
  const level = Math.log(alpha) + logSumExp(likelihood) - Math.log(r.length);
  const first = likelihood.findIndex((value) => value > level);
  const last = likelihood.findLastIndex((value) => value > level);
  const crossing = (outside: number, inside: number): number => {
    if (outside < 0 || outside >= r.length) return r[inside]!;
    const part = (level - likelihood[inside]!) / (likelihood[outside]! - likelihood[inside]!);
    return r[inside]! * (r[outside]! / r[inside]!) ** part;
  };
  return { lower: crossing(first - 1, first), upper: crossing(last + 1, last) };
}

/** The most likely relative risk: the top of the parabola through the best grid point and its neighbours. */
export function mostLikelyRisk(r: readonly number[], likelihood: RiskLikelihood): number {
  const best = likelihood.indexOf(Math.max(...likelihood));
  const [left, top, right] = [likelihood[best - 1], likelihood[best]!, likelihood[best + 1]];
  if (left === undefined || right === undefined) return r[best]!;
  const curvature = left - 2 * top + right;
  const shift = curvature === 0 ? 0 : (left - right) / (2 * curvature);
  return r[best]! * (r[best + 1]! / r[best]!) ** shift;
}
