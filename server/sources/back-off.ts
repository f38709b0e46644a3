const BASE_DELAY_MS = 1_000;
const MAX_DELAY_MS = 15_000;

/**
 * How long to wait after `failureCount` failures in a row: anything up to an exponentially growing limit.
 *
 * Full jitter keeps several servers from asking together (Brooker, "Exponential Backoff And Jitter", 2015).
 */
export function backOffMs(failureCount: number, random: () => number): number {
  return random() * Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** failureCount);
}
