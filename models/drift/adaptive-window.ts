import { sum } from '../averages.ts';

/** Some neighbouring values, summed up: how many (a power of two), their sum and squared deviations from their mean. */
interface Bucket {
  readonly count: number;
  readonly sum: number;
  readonly m2: number;
}

/** The values since the last change as an exponential histogram, oldest bucket first; plain JSON of logarithmic size. */
export interface AdaptiveWindow {
  readonly buckets: readonly Bucket[];
  /** Values added so far, those that were dropped included. */
  readonly added: number;
}

/** What was found when a value was added. */
export interface WindowChange {
  /** Mean of what was dropped, and of what is left. */
  readonly before: number;
  readonly after: number;
}

/** The window before the first value. */
export const EMPTY_ADAPTIVE_WINDOW: AdaptiveWindow = { buckets: [], added: 0 };

/** At most so many buckets of one size; the next value merges the two oldest of them. */
const MAX_PER_SIZE = 5;

/** Cuts are looked for after every so many values: looking after each would cost more and find little sooner. */
const LOOK_EVERY = 32;

const MIN_SIDE = 5;
const DELTA = 0.002;

/**
 * Adds a value in [0, 1]; where old and new values have different means, drops the old ones and says so.
 *
 * ADWIN2 (Bifet & Gavaldà, SIAM Data Mining 2007): a cut into n₀ and n₁ is a change if the means differ by
 * ε = √(2/m · σ² ln(2/δ′)) + 2/(3m) · ln(2/δ′), 1/m = 1/n₀ + 1/n₁, δ′ = δ/ln n, δ = 0.002 for a look. Values that are not
 * in [0, 1], such as log-losses, have to be clipped and scaled first; anything else is refused.
 */
export function addToAdaptiveWindow(
  window: AdaptiveWindow,
  value: number,
): { readonly window: AdaptiveWindow; readonly change?: WindowChange } {
  if (!(value >= 0 && value <= 1)) throw new Error(`not in [0, 1]: ${value}`);
  const added = window.added + 1;
  const buckets = compressed([...window.buckets, { count: 1, sum: value, m2: 0 }]);
  if (added % LOOK_EVERY !== 0) return { window: { buckets, added } };
  const kept = withoutThePast(buckets);
  if (kept.length === buckets.length) return { window: { buckets, added } };
  const change = { before: meanOf(buckets.slice(0, buckets.length - kept.length)), after: meanOf(kept) };
  return { window: { buckets: kept, added }, change };
}

function compressed(buckets: readonly Bucket[]): readonly Bucket[] {
  const result = [...buckets];
  for (let size = 1; ; size *= 2) {
    const first = result.findIndex(({ count }) => count === size);
    if (first < 0 || result.filter(({ count }) => count === size).length <= MAX_PER_SIZE) return result;
    result.splice(first, 2, merged(result[first]!, result[first + 1]!));
  }
}

function merged(a: Bucket, b: Bucket): Bucket {
  const gap = a.sum / a.count - b.sum / b.count;
  const count = a.count + b.count;
  return { count, sum: a.sum + b.sum, m2: a.m2 + b.m2 + (gap ** 2 * a.count * b.count) / count };
}

/** Drops the oldest bucket as long as there is any cut whose sides differ. */
function withoutThePast(buckets: readonly Bucket[]): readonly Bucket[] {
  let kept = buckets;
  while (kept.length > 1 && hasCut(kept)) kept = kept.slice(1);
  return kept;
}

function hasCut(buckets: readonly Bucket[]): boolean {
  const { count: n, sum: total, m2 } = buckets.reduce(merged);
  const logTerm = Math.log((2 * Math.log(n)) / DELTA);
  let [n0, sum0] = [0, 0];
  for (const bucket of buckets) {
    n0 += bucket.count;
    sum0 += bucket.sum;
    const n1 = n - n0;
    if (n0 < MIN_SIDE || n1 < MIN_SIDE) continue;
    const m = 1 / (1 / n0 + 1 / n1);
    const epsilon = Math.sqrt((2 / m) * (m2 / n) * logTerm) + (2 / (3 * m)) * logTerm;
    if (Math.abs(sum0 / n0 - (total - sum0) / n1) > epsilon) return true;
  }
  return false;
}

function meanOf(buckets: readonly Bucket[]): number {
  return sum(buckets.map((bucket) => bucket.sum)) / sum(buckets.map(({ count }) => count));
}
