const SILENCE_MS = 60_000;

/**
 * Passes each failure on at most once a minute: what keeps trying to connect to a service that is away fails several times a second.
 *
 * Failures are the same when their messages are.
 */
export function onceAMinute(
  onError: (error: unknown) => void,
  nowMs: () => number = Date.now,
): (error: unknown) => void {
  const toldAtMs = new Map<string, number>();
  return (error) => {
    const now = nowMs();
    for (const [message, atMs] of toldAtMs) if (now >= atMs + SILENCE_MS) toldAtMs.delete(message);
    const what = error instanceof Error ? error.message : String(error);
    if (toldAtMs.has(what)) return;
    toldAtMs.set(what, now);
    onError(error);
  };
}
