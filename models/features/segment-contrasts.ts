import { contrastOf, zOf } from './contrast.ts';
import { addToContrast, type ContrastState, emptyContrast } from './contrast-state.ts';
import { MAX_RISK_SEGMENTS, type RateSides } from './risk-stratum.ts';

/** Errors of the monitored segments, by name. */
export type SegmentContrasts = Readonly<Record<string, ContrastState>>;

/** Adds one stratum to every segment; while there is room, the largest of the new ones come in. */
export function addToSegments(
  segments: SegmentContrasts,
  stratum: Readonly<Record<string, RateSides>>,
  isCounted: boolean,
): SegmentContrasts {
  const known = Object.keys(segments);
  const added = newSegments(segments, stratum).slice(0, MAX_RISK_SEGMENTS - known.length);
  const names = [...known, ...added].sort(byCodeUnits);
  return Object.fromEntries(
    names.map((name) => {
      const state = Object.hasOwn(segments, name) ? segments[name]! : emptyContrast();
      return [name, addToContrast(state, Object.hasOwn(stratum, name) ? stratum[name] : undefined, isCounted)];
    }),
  );
}

/** The segment in which treatment's errors are most surely worse, with its name; null where none is monitored. */
export function worstSegment(segments: SegmentContrasts): { name: string; state: ContrastState } | null {
  let worst: { name: string; state: ContrastState; z: number } | null = null;
  for (const name of Object.keys(segments).sort(byCodeUnits)) {
    const state = segments[name]!;
    const z = zOf(contrastOf(state), 1);
    if (worst === null || z > worst.z) worst = { name, state, z };
  }
  return worst === null ? null : { name: worst.name, state: worst.state };
}

function newSegments(segments: SegmentContrasts, stratum: Readonly<Record<string, RateSides>>): readonly string[] {
  const units = ({ treatment, control }: RateSides) => treatment.n + control.n;
  return Object.keys(stratum)
    .filter((name) => !Object.hasOwn(segments, name))
    .sort((a, b) => units(stratum[b]!) - units(stratum[a]!) || byCodeUnits(a, b));
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
