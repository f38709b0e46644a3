import type { ScoreCard } from '../score-card.ts';

/** Policies that are drawn alike: a sweep, or one policy by itself. */
export interface Series {
  readonly name: string;
  readonly policies: readonly string[];
  /** Class of its colour, c0 to c7. */
  readonly colour: string;
  readonly shape: Shape;
}

/** The outline of a marker. */
export type Shape = (typeof SHAPES)[number];

const SHAPES = ['circle', 'square', 'diamond', 'triangle'] as const;
const COLOURS = 8;

/** The series of a card: sweeps first, then all other policies; a policy is in the first sweep that names it. */
export function seriesOf({ fronts, policies }: ScoreCard): readonly Series[] {
  const taken = new Set<string>();
  const own = (names: readonly string[]) => names.filter((name) => !taken.has(name) && taken.add(name));
  const sweeps = fronts.map(({ sweep, settings }) => ({
    name: sweep,
    policies: own(settings.map(({ policy }) => policy)),
  }));
  const others = own(policies.map(({ policy }) => policy)).map((name) => ({ name, policies: [name] }));
  return [...sweeps, ...others].map((series, index) => ({
    ...series,
    colour: `c${index % COLOURS}`,
    shape: SHAPES[(index + Math.floor(index / COLOURS)) % SHAPES.length]!,
  }));
}
