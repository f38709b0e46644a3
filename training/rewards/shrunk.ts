/** An estimate drawn towards 0 by its own noise: e · e²/(e² + v), v its variance (empirical Bayes with one observation). */
export function shrunk({ excess, variance }: { readonly excess: number; readonly variance: number }): number {
  const square = excess ** 2;
  return square === 0 ? 0 : (excess * square) / (square + variance);
}
