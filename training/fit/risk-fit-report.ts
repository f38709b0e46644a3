/** Figures of a fit. */
export interface RiskFitReport {
  readonly backend: string;
  readonly heldOutRowCount: number;
  /** Log-losses of `harmful`. */
  readonly loss: number;
  readonly logisticLoss: number;
  /** The loss of always answering with the share of harmful rows. */
  readonly constantLoss: number;
  /** Average precision by row, and that of a score that knows nothing. */
  readonly averagePrecision: number;
  readonly baseRate: number;
  /** Average precision of a network that was fitted on shuffled labels. */
  readonly shuffledAveragePrecision: number;
  /** Training loss by member and epoch. */
  readonly epochLosses: readonly (readonly number[])[];
}

/** What a fit has not learned, or has learned that it should not, in words; undefined for a good fit. */
export function reportFault(report: RiskFitReport): string | undefined {
  const {
    loss,
    logisticLoss,
    constantLoss: constant,
    shuffledAveragePrecision,
    baseRate: base,
    heldOutRowCount: n,
  } = report;
  if (!(loss < logisticLoss))
    return `The loss of ${loss.toFixed(4)} is not below that of logistic regression, ${logisticLoss.toFixed(4)}.`;
  // On few rows of noise the logistic regression is bad enough to be beaten by chance.
  if (!(loss < constant))
    return `The loss of ${loss.toFixed(4)} is not below that of a constant, ${constant.toFixed(4)}.`;
  // Of few rows even a score that knows nothing may be precise: two standard errors of the base rate are chance.
  const limit = base + LEAK_ALLOWANCE + 2 * Math.sqrt((base * (1 - base)) / n);
  if (shuffledAveragePrecision > limit)
    return `Shuffled labels were predicted with a precision of ${shuffledAveragePrecision.toFixed(3)} at a base rate of ${base.toFixed(3)}: the held-out rows are not independent.`;
  return undefined;
}

const LEAK_ALLOWANCE = 0.02;
