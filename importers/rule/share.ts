import { type JsonValue, SHARE_TOTAL } from '../../domain/index.ts';

/** What a unit is bucketed by: two rules with the same salt and value agree on who comes first. */
export interface Bucketing {
  readonly salt: string;
  /** Look-up of the value. */
  readonly value: JsonValue;
}

/** The name of a variant, a truth, or null for none. */
export type Result = string | boolean | null;

/** A part of the bucket range [0, 1). */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** A part of the bucket range, and what it yields. */
export interface Slice extends Range {
  readonly result: Result;
}

/**
 * What the unit's bucket yields; `otherwise` between the ranges. Overlapping ranges go to the first one.
 *
 * The weights always sum to SHARE_TOTAL, so that a bound that moves later moves only the units next to it.
 */
export function byBucket(bucketing: Bucketing, ranges: readonly Slice[], otherwise: Result): JsonValue {
  const entries = entriesOf(ranges, otherwise);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) return only[0];
  return { fractional: [{ cat: [bucketing.salt, bucketing.value] }, ...entries] };
}

/** True for the units whose bucket is in one of the ranges. */
export function isInRanges(bucketing: Bucketing, ranges: readonly Range[]): JsonValue {
  return byBucket(
    bucketing,
    ranges.map(({ from, to }) => ({ from, to, result: true })),
    false,
  );
}

/** Ranges laid end to end in the order of their weights; what rounding or a short sum leaves goes to the last one with a weight. */
export function endToEnd(parts: readonly { readonly result: string; readonly weight: number }[]): readonly Slice[] {
  const weighty = parts.filter(({ weight }) => weight > 0);
  const total = weighty.reduce((sum, { weight }) => sum + weight, 0);
  let from = 0;
  return weighty.map(({ result, weight }, index) => {
    const to = index === weighty.length - 1 ? 1 : from + weight / total;
    const range = { from, to, result };
    from = to;
    return range;
  });
}

type Entry = readonly [Result, number];

function entriesOf(ranges: readonly Slice[], otherwise: Result): readonly Entry[] {
  const bounds = [...new Set([0, SHARE_TOTAL, ...ranges.flatMap(({ from, to }) => [bucketOf(from), bucketOf(to)])])];
  bounds.sort((left, right) => left - right);
  const entries: Entry[] = [];
  for (const [index, to] of bounds.slice(1).entries()) {
    const from = bounds[index]!;
    const range = ranges.find((candidate) => bucketOf(candidate.from) <= from && to <= bucketOf(candidate.to));
    const result = range === undefined ? otherwise : range.result;
    const last = entries.at(-1);
    if (last?.[0] === result) entries[entries.length - 1] = [result, last[1] + to - from];
    else entries.push([result, to - from]);
  }
  return entries;
}

function bucketOf(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * SHARE_TOTAL);
}
