/** A sum and how many it is over; rates of some runs together are sums of both. */
export interface Tally {
  readonly sum: number;
  readonly count: number;
}

/** Adds up tallies. */
export function addTallies(tallies: readonly Tally[]): Tally {
  // A loop, because a bootstrap does this some hundred thousand times.
  let [sum, count] = [0, 0];
  for (const tally of tallies) {
    sum += tally.sum;
    count += tally.count;
  }
  return { sum, count };
}

/** Mean of a tally; NaN of nothing. */
export function rateOf({ sum, count }: Tally): number {
  return sum / count;
}
