/** Whether data say more of an effect than how far it may reach: with next to none the estimate is an end of the interval. */
export function hasEstimate({ ratio, lower, upper }: EffectEnds): boolean {
  return ratio !== null && ratio > (lower ?? 0) && ratio < (upper ?? Number.POSITIVE_INFINITY);
}

interface EffectEnds {
  readonly ratio: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}
