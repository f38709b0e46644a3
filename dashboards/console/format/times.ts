const SECOND_MS = 1_000;
const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', SECOND_MS],
] as const;

const sameDay = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const anyDay = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' });

/** A span as its largest unit: "8 s", "3 min", "2 h". */
export function span(ms: number): string {
  const [unit, unitMs] = UNITS.find(([, size]) => ms >= size) ?? (['s', SECOND_MS] as const);
  return `${Math.max(0, Math.round(ms / unitMs))}\u00a0${unit}`;
}

/** A moment in the person's own time zone; the day only where it is another one. */
export function localTime(atMs: number, nowMs: number): string {
  const isToday = new Date(atMs).toDateString() === new Date(nowMs).toDateString();
  return (isToday ? sameDay : anyDay).format(atMs);
}

/** The same moment for everybody: "2026-08-01 12:00:00 UTC". */
export function utcTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
