import type { CounterSample } from './counter-series.ts';

/** The window (startMs, endMs] in which samples count, and since when the allocation is as it is. */
export interface CountedSpan {
  readonly startMs: number;
  readonly endMs: number;
  readonly coverageSinceMs: number;
}

/** How much a counter grew. */
export interface CounterIncrease {
  readonly count: number;
  /** Whether it was looked at in the window at all. */
  readonly isSampled: boolean;
}

/**
 * How much a counter grew in the window: for each of its samples the difference from the one before, however old that
 * is, so that the increases of adjacent windows add up to the growth of the counter. Nothing is extrapolated.
 *
 * A drop is a reset: what is there after it counts in full. What a counter held when it was first seen, and a difference
 * from a sample older than the coverage, may come from other allocations and count 0. Undefined when a sample is no count.
 */
export function counterIncrease(
  samples: readonly CounterSample[],
  { startMs, endMs, coverageSinceMs }: CountedSpan,
): CounterIncrease | undefined {
  let count = 0;
  let isSampled = false;
  let earlier: CounterSample | undefined;
  for (const sample of samples) {
    if (sample.atMs > endMs) break;
    if (sample.atMs > startMs) {
      if (!isCount(sample.value) || !isCount(earlier?.value ?? 0)) return undefined;
      count += growth(earlier, sample.value, coverageSinceMs);
      isSampled = true;
    }
    earlier = sample;
  }
  return { count, isSampled };
}

function growth(earlier: CounterSample | undefined, value: number, coverageSinceMs: number): number {
  if (earlier === undefined || earlier.atMs < coverageSinceMs) return 0;
  return value < earlier.value ? value : value - earlier.value;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
