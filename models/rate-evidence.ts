import { logRatiosOfWindow, type MixtureTest, subtractCounts, type WindowCounts } from './mixture-test.ts';
import { logSumExp } from './special-functions.ts';

/** What the windows so far say about one treatment and one rate; plain JSON. */
export interface RateEvidence {
  /** ℓ_k: sum of the windows' log-likelihood ratios of each alternative against r0. */
  readonly logRatios: readonly number[];
  /** Sums over the windows in which both sides had exposures: for people, the test never pools. */
  readonly totals: WindowCounts;
  /** Σ (x_T − n_T x_C / n_C): events of the treatment beyond what control's rate in the same windows would give. */
  readonly excessEvents: number;
}

/** The state before the first window. */
export function emptyRateEvidence(test: MixtureTest): RateEvidence {
  return { logRatios: test.r.map(() => 0), totals: { nT: 0, nC: 0, xT: 0, xC: 0 }, excessEvents: 0 };
}

/** Adds one closed window; a window without exposures on one side is no comparison and changes nothing. */
export function addRateWindow(test: MixtureTest, evidence: RateEvidence, counts: WindowCounts): RateEvidence {
  assertCounts(counts);
  const { nT, nC, xT, xC } = counts;
  if (nT === 0 || nC === 0) return evidence;
  const { totals } = evidence;
  const added = logRatiosOfWindow(test, nT / (nT + nC), xT, xC);
  return {
    logRatios: evidence.logRatios.map((logRatio, k) => logRatio + added[k]!),
    totals: { nT: totals.nT + nT, nC: totals.nC + nC, xT: totals.xT + xT, xC: totals.xC + xC },
    excessEvents: evidence.excessEvents + xT - (nT * xC) / nC,
  };
}

/** What was added since an earlier state of the same evidence. */
export function rateEvidenceSince(now: RateEvidence, before: RateEvidence): RateEvidence {
  return {
    logRatios: now.logRatios.map((logRatio, k) => logRatio - before.logRatios[k]!),
    totals: subtractCounts(now.totals, before.totals),
    excessEvents: now.excessEvents - before.excessEvents,
  };
}

/**
 * log E of the mixture e-process stratified by window: ln Σ_k π_k exp(ℓ_k).
 *
 * A test supermartingale for every relative risk on the harmless side of r0, under any ramp that looks at the past
 * only and any base rate: P(ever E ≥ 1/α) ≤ α (Ville 1939; mixtures: Robbins 1970).
 */
export function logEValue(test: MixtureTest, evidence: RateEvidence): number {
  return logSumExp(evidence.logRatios.map((logRatio, k) => Math.log(test.pi[k]!) + logRatio));
}

/** One impossible count would poison the evidence for ever, so it must not get in. */
function assertCounts({ nT, nC, xT, xC }: WindowCounts): void {
  const isPossible = xT >= 0 && xT <= nT && xC >= 0 && xC <= nC && Number.isFinite(nT + nC);
  if (!isPossible) throw new Error(`impossible window: ${xT} of ${nT} in treatment, ${xC} of ${nC} in control`);
}
