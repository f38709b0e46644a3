/** Limits of the first pauses and of all. */
interface BackOffLimits {
  readonly baseMs: number;
  readonly maxMs: number;
}

const A_FEW_SECONDS: BackOffLimits = { baseMs: 1_000, maxMs: 15_000 };

/**
 * How long to wait after `failureCount` failures in a row: anything up to an exponentially growing limit.
 *
 * Full jitter keeps several servers from asking together (Brooker, "Exponential Backoff And Jitter", 2015).
 */
export function backOffMs(
  failureCount: number,
  random: () => number,
  { baseMs, maxMs }: BackOffLimits = A_FEW_SECONDS,
): number {
  return random() * Math.min(maxMs, baseMs * 2 ** failureCount);
}
