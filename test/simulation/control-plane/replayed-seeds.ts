/** Seeds that are run before all others; put one here to replay it. */
export const REPLAYED_SEEDS: readonly number[] = [33, 426];
