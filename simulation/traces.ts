import type { Draws } from './draws.ts';
import type { Rhythm } from './rhythm.ts';

/** A measured series as factors on its own median. */
export interface Trace {
  readonly minutesPerRow: number;
  readonly factors: readonly number[];
}

/** Series of real services by what they stand for. */
export interface Traces {
  readonly load: readonly Trace[];
  readonly errors: readonly Trace[];
  readonly slowness: readonly Trace[];
}

/** Factors beyond these would make the simulated rates impossible. */
const LIMITS = { load: [0.05, 6], errors: [0.2, 8], slowness: [0.3, 4] } as const;

/** The series of "TimeStamp,Value,Label" lines; empty values are left out, repeated times keep their last row. */
export function parseTrace(csv: string): Trace {
  const rows = csv
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.replaceAll('"', '').split(','))
    .filter(([, value]) => value !== undefined && value.trim() !== '');
  const byTime = new Map(rows.map(([time, value]) => [Date.parse(utc(time!)), Number(value)]));
  const times = [...byTime.keys()].sort((a, b) => a - b);
  const positive = [...byTime.values()].filter((value) => value > 0).sort((a, b) => a - b);
  const median = positive[Math.floor(positive.length / 2)] ?? 1;
  const minutesPerRow = (times[1]! - times[0]!) / 60_000;
  return { minutesPerRow, factors: times.map((time) => byTime.get(time)! / median) };
}

function utc(time: string): string {
  return time.includes('T') ? time : `${time.replace(' ', 'T')}Z`;
}

/** A rhythm of three random slices of real series, straight lines between their rows. */
export function rhythmFrom({ load, errors, slowness }: Traces, minutes: number, draws: Draws): Rhythm {
  return {
    load: slice(load, LIMITS.load, minutes, draws),
    errors: slice(errors, LIMITS.errors, minutes, draws),
    slowness: coarse(slice(slowness, LIMITS.slowness, minutes, draws)),
  };
}

function slice(
  traces: readonly Trace[],
  [least, most]: readonly [number, number],
  minutes: number,
  draws: Draws,
): (minute: number) => number {
  const { factors, minutesPerRow } = traces[Math.floor(draws.uniform() * traces.length)]!;
  const last = factors.length - 2 - Math.ceil(minutes / minutesPerRow);
  const from = Math.floor(draws.uniform() * Math.max(1, last));
  return (minute) => {
    const row = Math.min(factors.length - 2, from + Math.floor(minute / minutesPerRow));
    const part = (minute % minutesPerRow) / minutesPerRow;
    return Math.min(most, Math.max(least, factors[row]! * (1 - part) + factors[row + 1]! * part));
  };
}

/** Steps of 2 %, so that few different distributions of durations are needed. */
function coarse(factorAt: (minute: number) => number): (minute: number) => number {
  return (minute) => 1.02 ** Math.round(Math.log(factorAt(minute)) / Math.log(1.02));
}
