import type { Label, LabelSource } from '../../domain/index.ts';

/** What is believed of a generation, and on whose word. */
export type KnownLabel = Pick<Label, 'labelId' | 'verdict' | 'source' | 'confidence'>;

/** Whom to believe first: a simulation knows, a person has looked, later evidence is data, a rule only guesses. */
const BY_TRUST: readonly LabelSource[] = ['simulation', 'operator', 'laterEvidence', 'rule'];

/** How the author of a label begins that a model gave to itself. */
export const MODEL_AUTHOR = 'model:';

/**
 * The label of one generation as known at a cut-off: the newest of the most trusted source that has said anything.
 *
 * `unknown` is an opinion too: a person who takes a verdict back is not overruled by a rule. What a model says of its own
 * alarm is no label, because it would learn to be right.
 */
export function labelKnownAt(labels: readonly Label[], cutOffMs: number): KnownLabel | undefined {
  const known = labels.filter(
    ({ ingestedAtMs, author }) => ingestedAtMs <= cutOffMs && !author.startsWith(MODEL_AUTHOR),
  );
  const [best] = known.toSorted((a, b) => trustOf(a) - trustOf(b) || b.ingestedAtMs - a.ingestedAtMs || later(a, b));
  if (best === undefined) return undefined;
  const { labelId, verdict, source, confidence } = best;
  return { labelId, verdict, source, confidence };
}

function trustOf({ source }: Label): number {
  return BY_TRUST.indexOf(source);
}

/** Of labels stored in one millisecond, the one that was formed last, then any, but always the same. */
function later(a: Label, b: Label): number {
  return b.atMs - a.atMs || (a.labelId < b.labelId ? -1 : 1);
}
