import { canonicalJson, type Sha256 } from '../../../domain/index.ts';
import type { UsablePoint } from './point.ts';
import type { SelectedPoint } from './select-points.ts';

/** A point with the names under which its stream is kept. */
export interface NamedPoint extends SelectedPoint {
  readonly names: {
    readonly stream: string;
    /** Name of all streams of its instrument and process; null where another process could have the same. */
    readonly family: string | null;
  };
}

/** The points with the names of their streams, oldest first. */
export function namePoints(points: readonly SelectedPoint[], sha256: Sha256): readonly NamedPoint[] {
  return points
    .map((selected) => ({ ...selected, names: namesOf(selected.point, sha256) }))
    .sort((a, b) => a.point.timeMs - b.point.timeMs);
}

/** The names of all streams that have to be known to count these points. */
export function streamsOf(points: readonly NamedPoint[]): readonly string[] {
  const names = points.flatMap(({ uses, names: { stream, family } }) => [
    ...(uses.length > 0 ? [stream] : []),
    ...(family === null ? [] : [family]),
  ]);
  return [...new Set(names)];
}

/**
 * Hashes of all that identifies a stream.
 *
 * Running totals are told apart by their start too: a process that starts again, or shares all its attributes with
 * another one, has streams of its own, in whatever order their points arrive.
 */
function namesOf({ family, temporality, startMs, attributes }: UsablePoint, sha256: Sha256): NamedPoint['names'] {
  const start = temporality === 'cumulative' ? startMs : null;
  const own = [...attributes].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    stream: sha256(canonicalJson(['stream', family, start, own])),
    family: start === null ? null : sha256(canonicalJson(['family', family, start])),
  };
}
