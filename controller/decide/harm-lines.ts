import type { RolloutDefinition } from '../../domain/index.ts';

/** Most of the user's α that the watch over burn-in may spend, and its largest share of it. */
const BURN_IN_ALPHA = 0.001;
const BURN_IN_SHARE = 0.1;

/** What a treatment's combined evidence has to reach before it is taken back; natural logarithms. */
export interface HarmLines {
  readonly main: number;
  readonly burnIn: number;
}

/**
 * Lines ln(K/α') and ln(K/α_c) of K treatments: α_c + α' = α is what the user asked for, and dividing by K keeps the
 * chance that any harmless treatment is taken back below α, however the treatments depend on each other.
 */
export function harmLines({ alpha, treatments }: RolloutDefinition): HarmLines {
  const burnInAlpha = Math.min(BURN_IN_ALPHA, alpha * BURN_IN_SHARE);
  const line = (spent: number) => Math.log(treatments.length / spent);
  return { main: line(alpha - burnInAlpha), burnIn: line(burnInAlpha) };
}
