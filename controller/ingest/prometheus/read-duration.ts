import { type DurationWindow, durationBinOf } from '../../../domain/index.ts';
import { type CountedSpan, counterIncrease } from './counter-increase.ts';
import { type CounterSeries, identityWithout, labelOf } from './counter-series.ts';
import { type MetricReading, untrusted } from './metric-reading.ts';

/** The buckets of a duration, told apart by the variant label. */
export interface BucketCounters {
  readonly variantLabel: string;
  /** Milliseconds per unit of the `le` label. */
  readonly unitMs: number;
  readonly buckets: readonly CounterSeries[];
}

/** A bucket of one histogram: how many values up to `upperEdge` came in the window. */
interface Bucket {
  readonly upperEdge: number;
  readonly count: number;
}

/** The buckets of one histogram: all series that differ in `le` only. */
interface Histogram {
  readonly variant: string;
  readonly buckets: readonly Bucket[];
}

/** Durations of each variant whose histograms were looked at in the window. */
export function readDuration({ variantLabel, unitMs, buckets }: BucketCounters, span: CountedSpan): MetricReading {
  const bins = new Map<string, Map<number, number>>();
  let isTorn = false;
  for (const series of bySeriesOfHistogram(buckets)) {
    const histogram = readHistogram(series, variantLabel, span);
    if (histogram === undefined)
      return untrusted({ reason: 'invalidSample', detail: 'a sample is not a whole number of at least 0' });
    if (histogram.buckets.length === 0) continue;
    if (!isComplete(histogram.buckets))
      return untrusted({ reason: 'malformedBuckets', detail: 'a histogram needs edges that are numbers, and "+Inf"' });
    const counted = bins.get(histogram.variant) ?? new Map<number, number>();
    bins.set(histogram.variant, counted);
    isTorn = addBuckets(counted, histogram.buckets, unitMs) || isTorn;
  }
  const windows = new Map([...bins].map(([variant, counted]) => [variant, durationWindow(counted)] as const));
  return {
    windows,
    faults: isTorn ? [{ reason: 'tornBuckets', detail: 'a bucket grew less than a smaller one' }] : [],
  };
}

function bySeriesOfHistogram(buckets: readonly CounterSeries[]): Iterable<readonly CounterSeries[]> {
  const histograms = new Map<string, CounterSeries[]>();
  for (const bucket of buckets) {
    const key = identityWithout(bucket, 'le');
    const others = histograms.get(key);
    if (others === undefined) histograms.set(key, [bucket]);
    else others.push(bucket);
  }
  return histograms.values();
}

/** Undefined when a sample is no count; without buckets when none was looked at in the window. */
function readHistogram(
  series: readonly CounterSeries[],
  variantLabel: string,
  span: CountedSpan,
): Histogram | undefined {
  const buckets: Bucket[] = [];
  for (const bucket of series) {
    const increase = counterIncrease(bucket.samples, span);
    if (increase === undefined) return undefined;
    if (increase.isSampled) buckets.push({ upperEdge: edgeOf(labelOf(bucket, 'le')), count: increase.count });
  }
  return {
    variant: labelOf(series[0]!, variantLabel)!,
    buckets: buckets.sort((a, b) => a.upperEdge - b.upperEdge),
  };
}

function edgeOf(le: string | undefined): number {
  return le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le || Number.NaN);
}

/** NaN sorts anywhere, so every edge is looked at. */
function isComplete(buckets: readonly Bucket[]): boolean {
  const finite = buckets.filter(({ upperEdge }) => Number.isFinite(upperEdge)).length;
  return finite > 0 && finite === buckets.length - 1 && buckets.at(-1)!.upperEdge === Number.POSITIVE_INFINITY;
}

/**
 * Adds what lies between adjacent edges to the bin of the upper edge; true when a bucket had to be raised to what the
 * smaller ones hold. What is beyond the last edge is put just above it: above every threshold that an edge can be.
 */
function addBuckets(bins: Map<number, number>, buckets: readonly Bucket[], unitMs: number): boolean {
  let below = 0;
  let bin = 0;
  let isTorn = false;
  for (const { upperEdge, count } of buckets) {
    bin = Number.isFinite(upperEdge) ? durationBinOf(upperEdge * unitMs) : bin + 1;
    if (count < below) isTorn = true;
    else if (count > below) bins.set(bin, (bins.get(bin) ?? 0) + count - below);
    below = Math.max(below, count);
  }
  return isTorn;
}

function durationWindow(bins: ReadonlyMap<number, number>): DurationWindow {
  const exposures = [...bins.values()].reduce((sum, count) => sum + count, 0);
  return { kind: 'duration', exposures, bins: Object.fromEntries(bins) };
}
