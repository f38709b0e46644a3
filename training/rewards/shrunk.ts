/** An estimate with its noise. */
interface NoisyExcess {
  readonly excess: number;
  readonly variance: number;
}

/** How far an estimate stands out from its noise, in [0, 1): e²/(e² + v), and 0 for one that is not above 0. */
export function reliability({ excess, variance }: NoisyExcess): number {
  return excess > 0 ? excess ** 2 / (excess ** 2 + variance) : 0;
}

/** An estimate drawn towards 0 by its own noise (empirical Bayes with one observation). */
export function shrunk({ excess, variance }: NoisyExcess): number {
  return excess * reliability({ excess: Math.abs(excess), variance });
}
