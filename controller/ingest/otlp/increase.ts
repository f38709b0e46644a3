import type { ExplicitReading, ExponentialReading, Reading } from './reading.ts';

/**
 * What was counted since `before` in a stream of running totals.
 *
 * 'reset': something is less than it was, so counting began anew in between. 'incomparable': the buckets are others,
 * and what was added cannot be told.
 */
export function increaseSince(before: Reading, reading: Reading): Reading | 'reset' | 'incomparable' {
  if (before.kind === 'sum' && reading.kind === 'sum') {
    return reading.value < before.value ? 'reset' : { kind: 'sum', value: reading.value - before.value };
  }
  if (before.kind === 'explicit' && reading.kind === 'explicit') return explicitIncrease(before, reading);
  if (before.kind === 'exponential' && reading.kind === 'exponential') return exponentialIncrease(before, reading);
  return 'incomparable';
}

function explicitIncrease(before: ExplicitReading, reading: ExplicitReading) {
  const { bounds } = reading;
  if (bounds.length !== before.bounds.length || bounds.some((bound, index) => bound !== before.bounds[index])) {
    return 'incomparable';
  }
  const counts = reading.counts.map((count, index) => count - before.counts[index]!);
  return counts.some((count) => count < 0) ? 'reset' : { ...reading, counts };
}

/** A running total only ever gets coarser, so a finer one began anew. */
function exponentialIncrease(before: ExponentialReading, reading: ExponentialReading) {
  if (before.zeroThreshold !== reading.zeroThreshold) return 'incomparable';
  if (before.scale < reading.scale) return 'reset';
  const counted = bucketsOf(before, before.scale - reading.scale);
  const counts = reading.counts.map((count, index) => {
    const bucket = reading.offset + index;
    const increase = count - (counted.get(bucket) ?? 0);
    counted.delete(bucket);
    return increase;
  });
  const zeroCount = reading.zeroCount - before.zeroCount;
  const isLess = zeroCount < 0 || counts.some((count) => count < 0) || [...counted.values()].some((count) => count > 0);
  return isLess ? 'reset' : { ...reading, zeroCount, counts };
}

/** Counts by bucket index, at a scale that is `steps` lower: each step joins two neighbours. */
function bucketsOf({ offset, counts }: ExponentialReading, steps: number): Map<number, number> {
  const buckets = new Map<number, number>();
  for (const [position, count] of counts.entries()) {
    const bucket = Math.floor((offset + position) / 2 ** steps);
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + count);
  }
  return buckets;
}
