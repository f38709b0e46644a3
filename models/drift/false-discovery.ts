/**
 * q-value of each p-value: the smallest false discovery rate at which it would be among the discoveries.
 *
 * q_(i) = min over j ≥ i of p_(j) m/j (Benjamini & Hochberg, JRSS B 1995), in the order in which the p-values came.
 */
export function falseDiscoveryRates(pValues: readonly number[]): readonly number[] {
  const order = pValues.map((_, i) => i).sort((i, j) => pValues[j]! - pValues[i]!);
  const q = pValues.map(() => 1);
  let least = 1;
  for (const [place, i] of order.entries()) {
    least = Math.min(least, (pValues[i]! * pValues.length) / (pValues.length - place));
    q[i] = least;
  }
  return q;
}
