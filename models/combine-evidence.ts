import { logSumExp } from './special-functions.ts';

/** One e-value and its weight in the average. */
export interface WeightedEvidence {
  readonly logE: number;
  /** > 0; weights are normalised. */
  readonly weight: number;
}

/**
 * Logarithm of the weighted average of e-values, itself an e-value of "none of the nulls is false" whatever the
 * dependence between them (Vovk & Wang, Ann. Statist. 2021, Proposition 3.1). Weights are fixed in advance.
 */
export function combineEvidence(parts: readonly WeightedEvidence[]): number {
  const total = parts.reduce((sum, part) => sum + part.weight, 0);
  return logSumExp(parts.map((part) => Math.log(part.weight / total) + part.logE));
}
