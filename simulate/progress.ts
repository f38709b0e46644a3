/** Tells how far a long run has come. */
export interface Progress {
  /** One more of them is done. */
  add(nowMs: number): void;
}

/** So often at most something is told. */
const TELL_MS = 2_000;

/** Progress through a number of worlds that begins now; the estimate assumes that the rest is like what was played. */
export function openProgress(
  { all, what }: { readonly all: number; readonly what: string },
  startedMs: number,
  tell: (line: string) => void,
): Progress {
  let [done, toldMs] = [0, Number.NEGATIVE_INFINITY];
  return {
    add: (nowMs) => {
      done += 1;
      if (nowMs - toldMs < TELL_MS && done < all) return;
      toldMs = nowMs;
      const ms = nowMs - startedMs;
      const perSecond = ((1_000 * done) / ms).toFixed(2);
      tell(`${done} of ${all} ${what}, ${perSecond} a second, ${durationInWords((ms / done) * (all - done))} left`);
    },
  };
}

/** "40 s", "12 min", "2 h 05 min". */
export function durationInWords(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
