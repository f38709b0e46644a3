/** What a data point holds: a sum, or a histogram with its buckets; whole numbers, none negative. */
export type Reading = SumReading | ExplicitReading | ExponentialReading;

/** A monotonic sum. */
export interface SumReading {
  readonly kind: 'sum';
  readonly value: number;
}

/** A histogram with explicit bounds: bucket i counts values in (bounds[i − 1], bounds[i]], the last one all above. */
export interface ExplicitReading {
  readonly kind: 'explicit';
  /** Rising; none where only the count is known. */
  readonly bounds: readonly number[];
  /** One more than bounds. */
  readonly counts: readonly number[];
}

/**
 * An exponential histogram: counts[i] are values in (b^(offset + i), b^(offset + i + 1)] with b = 2^(2^−scale).
 *
 * Source: OpenTelemetry metrics data model, "ExponentialHistogram".
 */
export interface ExponentialReading {
  readonly kind: 'exponential';
  readonly scale: number;
  readonly zeroCount: number;
  readonly zeroThreshold: number;
  readonly offset: number;
  readonly counts: readonly number[];
}

/** How much was counted: the value of a sum, the number of values in a histogram. */
export function countOf(reading: Reading): number {
  switch (reading.kind) {
    case 'sum':
      return reading.value;
    case 'explicit':
      return total(reading.counts);
    case 'exponential':
      return total(reading.counts) + reading.zeroCount;
  }
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
