const MINUTES_PER_DAY = 1440;

/** A labelled series on an even grid; missing values are undefined. */
export interface LabelledSeries {
  readonly period: number;
  readonly points: readonly { readonly value: number | undefined; readonly isPositive: boolean }[];
}

/** Lines of "TimeStamp,Value,Label"; of repeated times the last counts, and hours without a line are missing. */
export function parseLabelledSeries(csv: string): LabelledSeries {
  const rows = new Map<number, { readonly value: number | undefined; readonly isPositive: boolean }>();
  for (const line of csv.trim().split('\n').slice(1)) {
    const [time = '', value = '', label = ''] = line.replaceAll('"', '').trim().split(',');
    const at = Date.parse(time.includes('T') ? time : `${time.replace(' ', 'T')}Z`);
    rows.set(at, { value: value === '' ? undefined : Number(value), isPositive: label.trim() === '1' });
  }
  const times = [...rows.keys()].sort((a, b) => a - b);
  const stepMs = times[1]! - times[0]!;
  const count = Math.round((times.at(-1)! - times[0]!) / stepMs) + 1;
  const missing = { value: undefined, isPositive: false };
  return {
    period: (MINUTES_PER_DAY * 60_000) / stepMs,
    points: Array.from({ length: count }, (_, i) => rows.get(times[0]! + i * stepMs) ?? missing),
  };
}
