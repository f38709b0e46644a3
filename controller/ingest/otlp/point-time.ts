/** A point may come from this far ahead of the database's clock: clocks of honest machines differ. */
const MAX_AHEAD_MS = 2 * 60_000;

/** Older points are refused: afterwards their streams are forgotten, and a repeated one would count again. */
const MAX_AGE_MS = 24 * 3_600_000;

/** What is wrong with the time of a point; undefined when it is possible. */
export function timeFault(timeMs: number, nowMs: number): string | undefined {
  if (timeMs > nowMs + MAX_AHEAD_MS)
    return 'is more than 2 minutes ahead of the database; set the clock of its process';
  if (timeMs < nowMs - MAX_AGE_MS) return 'is more than 24 hours old; set the clock of its process';
  return undefined;
}
