import { OTHER_SEGMENT_VALUE, type RolloutDefinition, segmentOf, type VariantWindow } from '../../domain/index.ts';
import type { SummedWindow } from './sum-sources.ts';

/** Which segments are watched by themselves, and which might be; plain JSON of bounded size. */
export interface SegmentRoster {
  /** Watched, in the order in which they qualified; none ever leaves. */
  readonly watched: readonly string[];
  /** Exposures of segments that do not qualify yet. */
  readonly candidates: Readonly<Record<string, number>>;
  /** Exposures in all. */
  readonly exposures: number;
}

/** Segments that are watched at most; each has the same small part of the evidence, used or not. */
export const MAX_SEGMENTS = 10;

/** A segment qualifies with this share of the traffic, once so much has been seen. */
const MIN_SHARE = 0.01;
const MIN_EXPOSURES = 5_000;

/** Candidates that are counted at most; a value beyond is forgotten until there is room. */
const MAX_CANDIDATES = 100;

/** The roster before the first window. */
export const EMPTY_ROSTER: SegmentRoster = { watched: [], candidates: {}, exposures: 0 };

/** Counts a window's segments and admits those that qualify: they are watched from the next window on. */
export function addSegmentWindow(
  definition: RolloutDefinition,
  roster: SegmentRoster,
  window: SummedWindow,
): SegmentRoster {
  if (definition.segments.length === 0) return roster;
  const seen = new Map<string, number>();
  for (const { segments } of Object.values(window.variants)) {
    for (const [segment, metrics] of Object.entries(segments ?? {})) {
      const exposures = Math.max(0, ...Object.values(metrics).map((shown) => shown.exposures));
      seen.set(segment, (seen.get(segment) ?? 0) + exposures);
    }
  }
  const exposures = roster.exposures + unitsOf(Object.values(window.variants));
  const candidates = new Map(Object.entries(roster.candidates));
  const watched = [...roster.watched];
  for (const [segment, count] of [...seen].sort(([a], [b]) => (a < b ? -1 : 1))) {
    // What is summed up under "other" differs from window to window.
    if (watched.includes(segment) || segment.endsWith(segmentOf('', OTHER_SEGMENT_VALUE))) continue;
    const total = (candidates.get(segment) ?? 0) + count;
    const qualifies = exposures >= MIN_EXPOSURES && total >= MIN_SHARE * exposures && watched.length < MAX_SEGMENTS;
    if (qualifies) {
      watched.push(segment);
      candidates.delete(segment);
    } else if (candidates.has(segment) || candidates.size < MAX_CANDIDATES) {
      candidates.set(segment, total);
    }
  }
  return { watched, candidates: Object.fromEntries(candidates), exposures };
}

function unitsOf(variants: readonly VariantWindow[]): number {
  return variants.reduce((sum, { units }) => sum + units, 0);
}
