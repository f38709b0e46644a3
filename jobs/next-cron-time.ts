const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Offsets of time zones from UTC are multiples of this, so no hour or day begins between two of them. */
const QUARTER_MS = 15 * MINUTE_MS;

/** 29 February may be eight years away. */
const MAX_AHEAD_MS = 8 * 366 * 24 * HOUR_MS;

/** Least and greatest number of each field: second, minute, hour, day of the month, month, day of the week. */
const FIELD_RANGES = [
  [0, 59],
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;

/** The numbers that each field of a cron pattern allows. */
interface CronPattern {
  readonly seconds: ReadonlySet<number>;
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** As cron has it: when both days are restricted, either may match. */
  readonly isDay: (dayOfMonth: number, dayOfWeek: number) => boolean;
}

/**
 * The first time after `afterMs` that a cron pattern names, by the clocks of a time zone.
 *
 * Undefined when the pattern or the zone is not understood, or when no such time comes. A time that the clocks skip in
 * spring does not come on that day.
 */
export function nextCronTime(pattern: string, timeZone: string, afterMs: number): number | undefined {
  const parsed = parsePattern(pattern);
  const readClock = clockOf(timeZone);
  if (parsed === undefined || readClock === undefined) return undefined;
  const after = (ms: number, step: number) => Math.floor(ms / step) * step + step;
  let atMs = after(afterMs, SECOND_MS);
  while (atMs < afterMs + MAX_AHEAD_MS) {
    const { second, minute, hour, day, month, weekday } = readClock(atMs);
    const isMonth = parsed.months.has(month);
    if (!isMonth || !parsed.isDay(day, weekday)) {
      // Up to two hours before the next day, or the 28th: a day may have 23 hours, and no month ends sooner.
      const hours = (isMonth ? 24 : Math.max(1, 28 - day) * 24) - hour - 2;
      atMs = after(atMs + Math.max(0, hours) * HOUR_MS, QUARTER_MS);
    } else if (!parsed.hours.has(hour)) atMs = after(atMs, QUARTER_MS);
    else if (!parsed.minutes.has(minute)) atMs = after(atMs, MINUTE_MS);
    else if (!parsed.seconds.has(second)) atMs = after(atMs, SECOND_MS);
    else return atMs;
  }
  return undefined;
}

function parsePattern(pattern: string): CronPattern | undefined {
  const fields = pattern.trim().split(/\s+/);
  const six = fields.length === 5 ? ['0', ...fields] : fields;
  if (six.length !== 6) return undefined;
  const sets = six.map((field, index) => parseField(field, FIELD_RANGES[index]!));
  if (sets.some((set) => set === undefined)) return undefined;
  const [seconds, minutes, hours, days, months, weekdays] = sets as ReadonlySet<number>[];
  const isWeekday = (weekday: number) => weekdays!.has(weekday) || (weekday === 0 && weekdays!.has(7));
  const isEither = six[3] !== '*' && six[5] !== '*';
  return {
    seconds: seconds!,
    minutes: minutes!,
    hours: hours!,
    months: months!,
    isDay: (day, weekday) => (isEither ? days!.has(day) || isWeekday(weekday) : days!.has(day) && isWeekday(weekday)),
  };
}

function parseField(field: string, [least, greatest]: readonly [number, number]): ReadonlySet<number> | undefined {
  const numbers = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(part);
    if (match === null) return undefined;
    const [, from, to, step] = match.map((text) => (text === undefined ? undefined : Number(text)));
    const first = from ?? least;
    const last = to ?? (from === undefined || step !== undefined ? greatest : from);
    if (first < least || last > greatest || first > last || step === 0) return undefined;
    for (let number = first; number <= last; number += step ?? 1) numbers.add(number);
  }
  return numbers;
}

type Clock = (atMs: number) => Readonly<Record<'second' | 'minute' | 'hour' | 'day' | 'month' | 'weekday', number>>;

function clockOf(timeZone: string): Clock | undefined {
  const two = '2-digit';
  const fields = { year: 'numeric', month: two, day: two, hour: two, minute: two, second: two } as const;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { ...fields, timeZone, hourCycle: 'h23' });
  } catch {
    return undefined;
  }
  return (atMs) => {
    const part = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
    const { year, month, day, hour, minute, second } = part as Record<keyof typeof fields, number>;
    return { second, minute, hour, day, month, weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay() };
  };
}
