const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** The clocks of a place. */
export interface LocalClock {
  /** What they show at an instant, as if it were UTC, in ms. */
  shownAt(atMs: number): number;
}

/** The clocks of a time zone, by the time zone data of the runtime; throws RangeError for a zone that it does not know. */
export function localClock(timeZone: string): LocalClock {
  const clock = made.get(timeZone) ?? makeClock(timeZone);
  made.set(timeZone, clock);
  return clock;
}

/** Making one takes many times as long as reading it, and there are only so many zones. */
const made = new Map<string, LocalClock>();

function makeClock(timeZone: string): LocalClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return {
    shownAt(atMs) {
      const parts = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
      const { year, month, day, hour, minute, second } = parts as Readonly<Record<string, number>>;
      const wholeMs = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!);
      return wholeMs + (((atMs % 1000) + 1000) % 1000);
    },
  };
}

/**
 * The first and the last instant at which the clocks show a time, given as if it were UTC.
 *
 * They differ where clocks are put back. A time that is skipped is the instant at which clocks are put forward.
 */
export function instantsOf(clock: LocalClock, shownMs: number): { readonly firstMs: number; readonly lastMs: number } {
  const offsetAt = (atMs: number) => clock.shownAt(atMs) - atMs;
  const [before, after] = [offsetAt(shownMs - DAY_MS), offsetAt(shownMs + DAY_MS)];
  const shown = [shownMs - before, shownMs - after].filter((atMs) => clock.shownAt(atMs) === shownMs);
  if (shown.length > 0) return { firstMs: Math.min(...shown), lastMs: Math.max(...shown) };
  const changeMs = firstAfter(shownMs - Math.max(before, after), shownMs - Math.min(before, after), (atMs) => {
    return clock.shownAt(atMs) >= shownMs;
  });
  return { firstMs: changeMs, lastMs: changeMs };
}

/** The first whole minute after `lowMs` for which `isOver` holds, which it does at `highMs`. */
function firstAfter(lowMs: number, highMs: number, isOver: (atMs: number) => boolean): number {
  let [low, high] = [Math.floor(lowMs / MINUTE_MS), Math.ceil(highMs / MINUTE_MS)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isOver(middle * MINUTE_MS)) high = middle;
    else low = middle;
  }
  return high * MINUTE_MS;
}
