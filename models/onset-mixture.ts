import { logSumExp } from './special-functions.ts';

/** Part of the evidence that looks at the whole: most harm is there from the start. */
const WHOLE_WEIGHT = 0.8;

/** Shapes the weights of the epochs: the first so many weigh nearly alike. */
const EPOCHS_ALIKE = 10;

/** E-values of one question by when the harm may have begun. */
export interface EvidenceByOnset {
  /** ln E over everything. */
  readonly whole: number;
  /** ln of the weighted sum of E over the epochs that are over; −∞ before the second. */
  readonly past: number;
  /** ln E over the present epoch, 0 at its start. */
  readonly present: number;
  /** Number of the present epoch, ≥ 1. */
  readonly ordinal: number;
}

/**
 * ln of the average of e-values that begin at the start and with each epoch: harm that begins late need not undo what
 * earlier, healthy time said.
 *
 * Σ_j w_j E_j with w_0 = 0.8 for the whole and w_j = 0.2 · 10/((j + 9)(j + 10)) for epoch j, which sum to 1 with those of
 * all epochs to come, whose E is still 1. An epoch's E stays what it is at its end. Each E_j is an e-process, so their
 * average is one, whenever epochs begin, as long as that looks at the past only (a mixture over change points, as in
 * Shin, Ramdas & Rinaldo, "E-detectors", arXiv 2203.03532, whose weights sum to 1 here so that α is kept for ever).
 */
export function logOnsetMixture({ whole, past, present, ordinal }: EvidenceByOnset): number {
  const toCome = ((1 - WHOLE_WEIGHT) * EPOCHS_ALIKE) / (ordinal + EPOCHS_ALIKE);
  return logSumExp([Math.log(WHOLE_WEIGHT) + whole, past, Math.log(epochWeight(ordinal)) + present, Math.log(toCome)]);
}

/** ln of the weighted sum of E over the epochs that are over, once the present one is. */
export function afterEpoch({ past, present, ordinal }: Omit<EvidenceByOnset, 'whole'>): number {
  return logSumExp([past, Math.log(epochWeight(ordinal)) + present]);
}

/** The same where nothing is to be believed of the epochs that are over: each counts as E = 1. */
export function afterForgottenEpochs(ordinal: number): number {
  return Math.log((1 - WHOLE_WEIGHT) * (1 - EPOCHS_ALIKE / (ordinal + EPOCHS_ALIKE - 1)));
}

function epochWeight(ordinal: number): number {
  return ((1 - WHOLE_WEIGHT) * EPOCHS_ALIKE) / ((ordinal + EPOCHS_ALIKE - 1) * (ordinal + EPOCHS_ALIKE));
}
