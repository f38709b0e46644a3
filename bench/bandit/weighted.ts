import { clusterBootstrap, decisionDraws } from '../../models/index.ts';
import { HARMFUL_SHARE } from '../harmful-share.ts';

/** Something of a world, told by whether it is harmful. */
export interface WorldValue {
  readonly isHarmful: boolean;
  readonly value: number;
}

const RESAMPLES = 1_000;

/** Weighted as in the decision benchmark: a quarter of all rollouts does harm. */
export function weightedMean(items: readonly WorldValue[]): number {
  return [true, false].reduce((sum, isHarmful) => {
    const some = items.filter((item) => item.isHarmful === isHarmful);
    const mean = some.reduce((total, { value }) => total + value, 0) / some.length;
    return sum + (isHarmful ? HARMFUL_SHARE : 1 - HARMFUL_SHARE) * mean;
  }, 0);
}

/** The mean with its 95 % interval over worlds, in words. */
export function meanInWords(items: readonly WorldValue[]): string {
  const options = { replicates: RESAMPLES, level: 0.95, uniform: decisionDraws(1).uniform };
  const { lower, upper } = clusterBootstrap(
    items.map((item) => [item]),
    weightedMean,
    options,
  );
  return `${weightedMean(items).toFixed(2)} [${lower.toFixed(2)}, ${upper.toFixed(2)}]`;
}
