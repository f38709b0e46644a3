import type { CounterSeries } from '../../../controller/index.ts';
import type { Ask } from '../../../server/sources/read-counters.ts';

const RANGE = /^(\w+)\[(\d+)ms\]$/;
const LAST = /^last_over_time\((\w+)\[(\d+)ms\]\)$/;

/** What a Prometheus would answer that has stored these series, by the name of their metric. */
export function storedCounters(byName: Readonly<Record<string, readonly CounterSeries[]>>): Ask {
  return async ({ query, atMs }) => {
    const [, name = '', span = ''] = RANGE.exec(query) ?? LAST.exec(query) ?? [];
    const found = (byName[name] ?? []).map((series) => ({
      ...series,
      samples: series.samples.filter((sample) => sample.atMs > atMs - Number(span) && sample.atMs <= atMs),
    }));
    const isLast = LAST.test(query);
    return found
      .filter(({ samples }) => samples.length > 0)
      .map((series) => (isLast ? { ...series, samples: [{ atMs, value: series.samples.at(-1)!.value }] } : series));
  };
}
