import type { DenseRateTest } from './dense-rate-test.ts';
import { subtractCounts, type WindowCounts } from './mixture-test.ts';
import { logOneSidedMixture } from './normal-mixture.ts';
import {
  addDeviation,
  type DeviationSpread,
  noSpread,
  predictedDispersion,
  subtractSpread,
  type WindowDeviation,
} from './predicted-dispersion.ts';

/** What the windows so far say about one treatment and one dense rate; plain JSON. */
export interface DenseRateEvidence {
  /** Sums of d_t, positive towards harm, and v_t: S, and what the next φ is estimated from. */
  readonly spread: DeviationSpread;
  /** V = Σ φ_t v_t, each φ_t as it was believed before its window. */
  readonly variance: number;
  /** Sums over the windows in which both sides had exposures: for people, the test never pools. */
  readonly totals: WindowCounts;
  /** Σ (x_T − n_T x_C / n_C): events of the treatment beyond what control's rate in the same windows would give. */
  readonly excessEvents: number;
}

/** The state before the first window. */
export function emptyDenseRateEvidence(): DenseRateEvidence {
  return {
    spread: noSpread(),
    variance: 0,
    totals: { nT: 0, nC: 0, xT: 0, xC: 0 },
    excessEvents: 0,
  };
}

/** Adds one closed window; a window without exposures on one side is no comparison and changes nothing. */
export function addDenseWindow(
  test: DenseRateTest,
  evidence: DenseRateEvidence,
  counts: WindowCounts,
): DenseRateEvidence {
  assertCounts(counts);
  const { nT, nC, xT, xC } = counts;
  if (nT === 0 || nC === 0) return evidence;
  const { totals, spread } = evidence;
  const window = deviationOfWindow(test, counts);
  return {
    spread: addDeviation(spread, window),
    variance: evidence.variance + predictedDispersion(spread, test.dispersion) * window.v,
    totals: { nT: totals.nT + nT, nC: totals.nC + nC, xT: totals.xT + xT, xC: totals.xC + xC },
    excessEvents: evidence.excessEvents + xT - (nT * xC) / nC,
  };
}

/** What was added since an earlier state of the same evidence. */
export function denseRateEvidenceSince(now: DenseRateEvidence, before: DenseRateEvidence): DenseRateEvidence {
  return {
    spread: subtractSpread(now.spread, before.spread),
    variance: now.variance - before.variance,
    totals: subtractCounts(now.totals, before.totals),
    excessEvents: now.excessEvents - before.excessEvents,
  };
}

/**
 * log M of the one-sided normal mixture over the stratified contrast d_t = x_T − x θ_t, θ_t = ρ_t r0/(1 − ρ_t + ρ_t r0).
 *
 * Given the window's events x, d_t has mean 0 at r0 and variance v_t = x θ_t(1 − θ_t) times φ: stratified as in Mantel &
 * Haenszel (1959), where the unknown base rate has cancelled. At r0 = 1, d_t is n_T n_C/(n_T + n_C) times the difference
 * of the two rates, so the contrast of rates has the same S; this form is preferred because its margin is a ratio and
 * needs no base rate frozen beforehand, and because V only grows, by amounts fixed when their window is added, while a
 * variance estimated over all windows at every look would rewrite the past. Its price: v_t is that of rare events, too
 * large by 1/(1 − rate), so of an outcome and its opposite the rarer one is counted.
 *
 * An e-value as far as S is normal and φ right: asymptotic, where `logEValue` of the sparse test is exact.
 */
export function logDenseEValue(test: DenseRateTest, { spread, variance }: DenseRateEvidence): number {
  return logOneSidedMixture({ s: spread.d, v: variance, rho: test.rho });
}

function deviationOfWindow({ r0, goodDirection }: DenseRateTest, { nT, nC, xT, xC }: WindowCounts): WindowDeviation {
  const theta = (nT * r0) / (nC + nT * r0);
  const d = xT * (1 - theta) - xC * theta;
  return { d: goodDirection === 'lower' ? d : -d, v: (xT + xC) * theta * (1 - theta) };
}

/** One impossible count would poison the evidence for ever; but an exposure of a bursty metric may have many events. */
function assertCounts({ nT, nC, xT, xC }: WindowCounts): void {
  const isCount = Math.min(nT, nC, xT, xC) >= 0 && Number.isFinite(nT + nC + xT + xC);
  const isExposed = (nT > 0 || xT === 0) && (nC > 0 || xC === 0);
  if (!isCount || !isExposed)
    throw new Error(`impossible window: ${xT} of ${nT} in treatment, ${xC} of ${nC} in control`);
}
