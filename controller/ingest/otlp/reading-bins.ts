import { durationBinOf } from '../../../domain/index.ts';
import type { ExplicitReading, ExponentialReading } from './reading.ts';

/**
 * Durations of a histogram in the bins of `durationBinOf`, each at the upper bound of its bucket.
 *
 * `unitMs` is how many milliseconds one unit of the histogram is. What lies above the last bound counts as the longest
 * duration that is told apart.
 */
export function binsOf(
  reading: ExplicitReading | ExponentialReading,
  unitMs: number,
): Readonly<Record<string, number>> {
  const bins: Record<string, number> = {};
  for (const [upperBound, count] of bucketsOf(reading)) {
    if (count === 0) continue;
    const bin = durationBinOf(upperBound * unitMs);
    bins[bin] = (bins[bin] ?? 0) + count;
  }
  return bins;
}

/** Upper bound and count of each bucket. */
function bucketsOf(reading: ExplicitReading | ExponentialReading): readonly (readonly [number, number])[] {
  const { counts } = reading;
  if (reading.kind === 'explicit') {
    return counts.map((count, index) => [reading.bounds[index] ?? Number.POSITIVE_INFINITY, count]);
  }
  const { scale, offset, zeroThreshold, zeroCount } = reading;
  const widthLog2 = 2 ** -scale;
  return [
    [zeroThreshold, zeroCount],
    ...counts.map((count, index) => [2 ** ((offset + index + 1) * widthLog2), count] as const),
  ];
}
