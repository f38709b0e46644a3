/** What limits the shares of the next split; all are probabilities. */
export interface ShareLimits {
  /** Shares of the split before, which sum to 1. */
  readonly before: readonly number[];
  /** Least share of each. */
  readonly floor: number;
  /** Most that one may move. */
  readonly maxMove: number;
  /** Indexes of those that may not rise. */
  readonly capped: readonly number[];
  /** Shares that none may differ from by more than `within`; absent: there are none. */
  readonly near?: { readonly shares: readonly number[]; readonly within: number };
}

/**
 * Raw shares within their limits: floors first, q = f + (1 − Σf) · raw, then the bounds of movement, which outrank them.
 *
 * Inside the bounds all others are multiplied by the one factor with which the sum is 1: clipping and renormalising until nothing
 * changes any more comes to the same. What capped treatments may not take goes to the others; where these are at their bounds, too,
 * everybody has what the bounds allow at most, which without `near` is what they had.
 */
export function boundedShares(
  raw: readonly number[],
  { before, floor, maxMove, capped, near }: ShareLimits,
): readonly number[] {
  const wanted = raw.map((share) => floor + (1 - floor * raw.length) * share);
  const highest = before.map((share, k) =>
    Math.min(capped.includes(k) ? share : 1, share + maxMove, near === undefined ? 1 : near.shares[k]! + near.within),
  );
  const lowest = before.map((share, k) =>
    Math.min(highest[k]!, Math.max(floor, share - maxMove, near === undefined ? 0 : near.shares[k]! - near.within)),
  );
  const clipped = (factor: number) =>
    wanted.map((share, k) => Math.min(highest[k]!, Math.max(lowest[k]!, factor * share)));
  if (sumOf(highest) < 1 + ROUNDING) return normalised(highest);
  if (sumOf(lowest) > 1) return near === undefined ? before : normalised(lowest);
  let [low, high] = [0, Math.max(...highest.map((share, k) => share / Math.max(wanted[k]!, ROUNDING)))];
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (sumOf(clipped(middle)) < 1) low = middle;
    else high = middle;
  }
  return normalised(clipped(high));
}

function sumOf(shares: readonly number[]): number {
  return shares.reduce((sum, share) => sum + share, 0);
}

function normalised(shares: readonly number[]): readonly number[] {
  const total = sumOf(shares);
  return shares.map((share) => share / total);
}

/** Halvings after which a factor is known to the last digit of a double. */
const HALVINGS = 100;

/** Sums of doubles are only known to so much. */
const ROUNDING = 1e-12;
