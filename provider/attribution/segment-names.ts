import { MAX_SEGMENTS_PER_WINDOW, OTHER_SEGMENT_VALUE, segmentOf } from '../../domain/index.ts';
import type { OpenWindow, VariantUnits } from './open-window.ts';
import type { AttributeValues } from './segment-codes.ts';

/** By one attribute, the name of the segment that units of a code belong to; undefined when they have no value. */
export type SegmentName = (segmentCode: number) => string | undefined;

/** A value of an attribute, and how many units of the window have it. */
interface Segment {
  readonly attribute: string;
  readonly value: string;
  units: number;
}

/**
 * The names under which the segments of a window are reported, attribute by attribute.
 *
 * When there are too many, the busiest keep their names and the rest is named `OTHER_SEGMENT_VALUE` of its attribute.
 * Busy is who has many units in all variants together: a name has to mean the same units in each of them.
 */
export function nameSegments({
  segments,
  variants,
}: Pick<OpenWindow, 'segments' | 'variants'>): readonly SegmentName[] {
  const counted = segments.attributes.map((values) => ({ values, ofAttribute: countUnits(values, variants) }));
  const named = busiest(counted.flatMap(({ ofAttribute }) => ofAttribute));
  return counted.map(({ values, ofAttribute }) => {
    const names = ofAttribute.map((segment) => nameOf(segment, named));
    return (segmentCode) => names[values.digitIn(segmentCode) - 1];
  });
}

/** The segments of an attribute, that of digit 1 first. */
function countUnits(values: AttributeValues, variants: VariantUnits): readonly Segment[] {
  const { attribute } = values;
  const segments = values.values.map((value): Segment => ({ attribute, value, units: 0 }));
  for (const units of variants.values()) {
    for (const { segmentCode } of units.values()) {
      const segment = segments[values.digitIn(segmentCode) - 1];
      if (segment !== undefined) segment.units += 1;
    }
  }
  return segments;
}

/** All segments if they fit, else as many as leave room for the others of each attribute. */
function busiest(segments: readonly Segment[]): ReadonlySet<Segment> {
  const seen = segments.filter(({ units }) => units > 0);
  if (seen.length <= MAX_SEGMENTS_PER_WINDOW) return new Set(seen);
  const attributeCount = new Set(seen.map(({ attribute }) => attribute)).size;
  const ranked = seen.toSorted((a, b) => b.units - a.units);
  return new Set(ranked.slice(0, MAX_SEGMENTS_PER_WINDOW - attributeCount));
}

function nameOf(segment: Segment, named: ReadonlySet<Segment>): string {
  return segmentOf(segment.attribute, named.has(segment) ? segment.value : OTHER_SEGMENT_VALUE);
}
