import { fitLogistic, logisticProbability } from './fit-logistic.ts';

/** A generation that is over, with what may say whether it ever gets a label. */
export interface LabelledCase {
  readonly isLabelled: boolean;
  /** Numbers known of every generation, labelled or not, such as the logarithm of its units. */
  readonly covariates: readonly number[];
}

/** Largest weight: a rare case must not be all that a model looks at. */
export const MAX_LABEL_WEIGHT = 10;

/**
 * 1/P(labelled | covariates) of each labelled case, at most 10; 0 of the others.
 *
 * Labels are missing on purpose: a rollback removes the evidence that would judge it. Inverse-probability weights
 * (Horvitz & Thompson, JASA 1952) make the labelled ones stand for all, as far as the covariates tell who is labelled.
 */
export function labelWeights(cases: readonly LabelledCase[]): readonly number[] {
  const labelled = cases.filter(({ isLabelled }) => isLabelled).length;
  if (labelled === cases.length) return cases.map(() => 1);
  if (labelled === 0) return cases.map(() => 0);
  const fit = fitLogistic(cases.map(({ covariates, isLabelled }) => ({ x: covariates, y: isLabelled ? 1 : 0 })));
  return cases.map(({ isLabelled, covariates }) =>
    isLabelled ? Math.min(MAX_LABEL_WEIGHT, 1 / logisticProbability(fit, covariates)) : 0,
  );
}
