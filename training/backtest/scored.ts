/** What a model said about a point or a run, and what was true. */
export interface Scored {
  /** Larger is more suspicious; a probability where calibration is judged. */
  readonly score: number;
  readonly isPositive: boolean;
}

/** From the most to the least suspicious; equal scores keep their order. */
export function bySuspicion(scored: readonly Scored[]): readonly Scored[] {
  return scored.toSorted((a, b) => b.score - a.score);
}
