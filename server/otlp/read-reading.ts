import type { Reading } from '../../controller/index.ts';
import { isSet, type Message, messageIn, numberIn, numbersIn } from './fields.ts';

/** What a data point holds, or why that cannot be counted. */
export type FoundReading = Reading | { readonly fault: string };

/** Finest and coarsest scale that exporters use; others make bounds that are no numbers. */
const MAX_SCALE = 20;
const MIN_SCALE = -10;

/** Most buckets of a histogram: they are kept with its stream. SDKs make 160 unless told otherwise. */
const MAX_BUCKETS = 1_000;

const TOO_FINE = { fault: `has more than ${MAX_BUCKETS} buckets` };
const NOT_COUNTS = { fault: 'has counts that are negative, broken or too large' };

/** The value of a point of a monotonic sum. */
export function readSum(point: Message): FoundReading {
  if (!isSet(point, 'asInt') && !isSet(point, 'asDouble')) return { fault: 'has no value' };
  const value = numberIn(point, isSet(point, 'asInt') ? 'asInt' : 'asDouble');
  if (Number.isNaN(value)) return { fault: 'is NaN' };
  if (!Number.isFinite(value)) return { fault: 'is infinite' };
  if (value < 0) return { fault: 'is negative' };
  return isCount(value) ? { kind: 'sum', value } : { fault: `is no whole number below 2^53: ${value}` };
}

/** The buckets of a point of a histogram with explicit bounds; without buckets, all in one. */
export function readExplicit(point: Message): FoundReading {
  const count = numberIn(point, 'count');
  const bounds = numbersIn(point, 'explicitBounds');
  const bucketCounts = numbersIn(point, 'bucketCounts');
  const counts = bucketCounts.length === 0 && bounds.length === 0 ? [count] : bucketCounts;
  if (counts.length > MAX_BUCKETS) return TOO_FINE;
  if (![count, ...counts].every(isCount)) return NOT_COUNTS;
  if (numberIn(point, 'min') < 0) return { fault: 'has negative values' };
  if (counts.length !== bounds.length + 1) return { fault: 'needs one bucket more than bounds' };
  if (!bounds.every((bound, index) => Number.isFinite(bound) && (index === 0 || bound > bounds[index - 1]!)))
    return { fault: 'has bounds that are no rising numbers' };
  return sum(counts) === count
    ? { kind: 'explicit', bounds, counts }
    : { fault: 'has buckets that do not add up to its count' };
}

/** The buckets of a point of an exponential histogram. */
export function readExponential(point: Message): FoundReading {
  const count = numberIn(point, 'count');
  const zeroCount = numberIn(point, 'zeroCount');
  const zeroThreshold = numberIn(point, 'zeroThreshold');
  const scale = numberIn(point, 'scale');
  const positive = messageIn(point, 'positive');
  const offset = numberIn(positive, 'offset');
  const counts = numbersIn(positive, 'bucketCounts');
  const negative = numbersIn(messageIn(point, 'negative'), 'bucketCounts');
  if (counts.length > MAX_BUCKETS) return TOO_FINE;
  if (![count, zeroCount, ...counts].every(isCount)) return NOT_COUNTS;
  if (negative.some((each) => each !== 0)) return { fault: 'has negative values' };
  if (!Number.isInteger(scale) || scale < MIN_SCALE || scale > MAX_SCALE)
    return { fault: `has a scale outside ${MIN_SCALE} to ${MAX_SCALE}` };
  if (!Number.isInteger(offset) || !Number.isFinite(zeroThreshold) || zeroThreshold < 0)
    return { fault: 'has an impossible offset or zero threshold' };
  if (sum(counts) + zeroCount !== count) return { fault: 'has buckets that do not add up to its count' };
  return { kind: 'exponential', scale, zeroCount, zeroThreshold, offset, counts };
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
