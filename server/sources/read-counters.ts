import { type CounterSeries, identityWithout } from '../../controller/index.ts';
import type { PrometheusQuery } from './query-prometheus.ts';

/** How far before the first window samples are looked for in any case: a few scrapes. */
const LOOKBACK_MS = 300_000;

/** How far back a series is looked for that seems to be new: it may have been out of sight. */
const MEMORY_MS = 24 * 3_600_000;

/** Asks Prometheus; rejects with a SourceFailure. */
export type Ask = (query: PrometheusQuery) => Promise<readonly CounterSeries[]>;

/** Which counters to read: all samples in (startMs, endMs], and what each counter showed last before. */
export interface CounterQuestion {
  readonly selector: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly coverageSinceMs: number;
}

/**
 * The counters of a selector with all their samples in the time asked for, and one from before it.
 *
 * A counter that begins there may be new, or may have been out of sight, as after a stop of Prometheus: it is looked for
 * further back, first in the present coverage, then before it.
 */
export async function readCounters(
  ask: Ask,
  { selector, startMs, endMs, coverageSinceMs }: CounterQuestion,
): Promise<readonly CounterSeries[]> {
  const fromMs = startMs - LOOKBACK_MS;
  const read = await ask({ query: `${selector}[${endMs - fromMs}ms]`, atMs: endMs });
  if (!read.some((series) => seemsNew(series, startMs))) return read;
  const askLast = async (spanMs: number, seenAtMs: number) => {
    const query = `last_over_time(${selector}[${spanMs}ms])`;
    const known = spanMs > 0 ? await ask({ query, atMs: fromMs }) : [];
    return known.map((series) => ({ ...series, samples: series.samples.map((last) => ({ ...last, atMs: seenAtMs })) }));
  };
  // When exactly it was is not known, only on which side of the last change of coverage.
  const inCoverage = await askLast(Math.min(fromMs - coverageSinceMs, MEMORY_MS), coverageSinceMs);
  const before = await askLast(MEMORY_MS, coverageSinceMs - 1);
  return [...remember(read, startMs, [inCoverage, before])];
}

function seemsNew({ samples: [first] }: CounterSeries, startMs: number): boolean {
  return first !== undefined && first.atMs > startMs && first.value !== 0;
}

/** What is remembered goes before what was read, the first memory first; series that ended show that their target was seen. */
function remember(
  read: readonly CounterSeries[],
  startMs: number,
  memories: readonly (readonly CounterSeries[])[],
): Iterable<CounterSeries> {
  const byIdentity = new Map(read.map((series) => [identityOf(series), series]));
  for (const last of memories.flat()) {
    const series = byIdentity.get(identityOf(last));
    if (series === undefined) byIdentity.set(identityOf(last), last);
    else if (seemsNew(series, startMs))
      byIdentity.set(identityOf(last), { ...series, samples: [...last.samples, ...series.samples] });
  }
  return byIdentity.values();
}

/** Functions may leave out the name, and a selector names one metric. */
function identityOf(series: CounterSeries): string {
  return identityWithout(series, '__name__');
}
