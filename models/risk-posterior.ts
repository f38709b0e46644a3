import type { RiskLikelihood } from './relative-risk.ts';

/** Probabilities of the points of a grid of relative risks; they sum to 1. */
export type RiskDistribution = readonly number[];

/**
 * What is believed about a relative risk before any data: most changes do nothing, some do a little, few do much harm.
 *
 * ln r ~ 0.75 · N(0, 0.02²) + 0.125 · t₃(0, 0.10²) + 0.125 · N(ln 2, 0.7²) folded at 0; each part sums to its share on
 * the grid, so that the narrow one is not lost between two points. Larger r is taken to be worse.
 */
export function shippedRiskPrior(r: readonly number[]): RiskDistribution {
  const y = r.map((rj) => Math.log(rj));
  const nothing = normalised(y.map((yj) => normalDensity(yj / 0.02)));
  const little = normalised(y.map((yj) => (1 + (yj / 0.1) ** 2 / 3) ** -2));
  const harm = normalised(y.map((yj) => (yj < 0 ? 0 : foldedDensity(yj, Math.LN2, 0.7))));
  return y.map((_, j) => 0.75 * nothing[j]! + 0.125 * little[j]! + 0.125 * harm[j]!);
}

/** Bayes' rule on the grid: w_j ∝ p_j exp(L(r_j)). */
export function riskPosterior(prior: RiskDistribution, likelihood: RiskLikelihood): RiskDistribution {
  const max = Math.max(...likelihood.filter((_, j) => prior[j]! > 0));
  return normalised(prior.map((mass, j) => (mass === 0 ? 0 : mass * Math.exp(likelihood[j]! - max))));
}

/** P(r < limit). */
export function probabilityBelow(r: readonly number[], distribution: RiskDistribution, limit: number): number {
  return sum(distribution.filter((_, j) => r[j]! < limit));
}

/** E[(r − 1)⁺]: the expected harm per event of control, with no credit for benefit. */
export function expectedExcessRisk(r: readonly number[], distribution: RiskDistribution): number {
  return sum(distribution.map((mass, j) => mass * Math.max(0, r[j]! - 1)));
}

function foldedDensity(y: number, mean: number, sd: number): number {
  return normalDensity((y - mean) / sd) + normalDensity((y + mean) / sd);
}

/** Up to a constant factor. */
function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z);
}

function normalised(values: readonly number[]): readonly number[] {
  const total = sum(values);
  return values.map((value) => value / total);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
