/** Windows older than this are given up: storage refuses those that are older than a day. */
const MAX_AGE_MS = 23 * 3_600_000;

/** Most event time and most windows that are asked for at once; the next time takes the rest. */
const MAX_SPAN_MS = 300_000;
const MAX_WINDOWS = 60;

/** What decides which windows are due. */
export interface WindowsAsked {
  readonly windowMs: number;
  readonly coverageSinceMs: number;
  /** Windows that end at or before this were asked for already. */
  readonly doneThroughMs: number;
  readonly nowMs: number;
  /** How long after its end a window is complete. */
  readonly lagMs: number;
}

/**
 * Starts of the windows to ask for next, oldest first: those that are complete and lie wholly in the present coverage,
 * because one in which coverage changed mixes allocations.
 */
export function windowsDue({
  windowMs,
  coverageSinceMs,
  doneThroughMs,
  nowMs,
  lagMs,
}: WindowsAsked): readonly number[] {
  const fromMs = Math.max(coverageSinceMs, doneThroughMs, nowMs - MAX_AGE_MS);
  const firstMs = Math.ceil(fromMs / windowMs) * windowMs;
  const complete = Math.floor((nowMs - lagMs - firstMs) / windowMs);
  const atOnce = Math.min(MAX_WINDOWS, Math.max(1, Math.floor(MAX_SPAN_MS / windowMs)));
  return Array.from({ length: Math.max(0, Math.min(complete, atOnce)) }, (_, index) => firstMs + index * windowMs);
}
