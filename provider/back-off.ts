import type { Random } from './ports.ts';

const BASE_DELAY_MS = 500;
/** With the time that an attempt may take, a server that is back has its clients back within ten seconds. */
const MAX_DELAY_MS = 8_000;
const MIN_DELAY_MS = 100;

/**
 * How long to wait before attempt `failureCount` + 1: anything up to an exponentially growing limit.
 *
 * Full jitter spreads the clients of a restarted server evenly (Brooker, "Exponential Backoff And Jitter", 2015).
 */
export function backOffMs(failureCount: number, random: Random): number {
  return Math.max(MIN_DELAY_MS, random() * Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** failureCount));
}
