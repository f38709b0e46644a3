import {
  addMetrics,
  MAX_SEGMENTS_PER_WINDOW,
  type MetricWindows,
  OTHER_SEGMENT_VALUE,
  segmentOf,
  type VariantPart,
  type VariantWindow,
} from '../domain/index.ts';

/**
 * A variant's window with its largest segments; those beyond `MAX_SEGMENTS_PER_WINDOW` are added up as the other
 * values of their attribute. The sum of many windows could show any number of them.
 */
export function limitSegments(window: VariantWindow): VariantWindow {
  if (window.leaves === undefined) return limited(window);
  const parts = Object.entries(window.leaves).map(([leaf, part]) => [leaf, limited(part)] as const);
  return { ...limited(window), leaves: Object.fromEntries(parts) };
}

function limited(window: VariantPart): VariantPart {
  const segments = Object.entries(window.segments ?? {});
  if (segments.length <= MAX_SEGMENTS_PER_WINDOW) return window;
  const attributes = new Set(segments.map(([segment]) => attributeOf(segment)));
  const isOther = ([segment]: readonly [string, MetricWindows]) =>
    segment === segmentOf(attributeOf(segment), OTHER_SEGMENT_VALUE);
  const bySize = segments
    .filter((entry) => !isOther(entry))
    .sort(([a, left], [b, right]) => exposuresOf(right) - exposuresOf(left) || (a < b ? -1 : 1));
  const keptCount = Math.max(0, MAX_SEGMENTS_PER_WINDOW - attributes.size);
  const kept = new Map(bySize.slice(0, keptCount));
  for (const [segment, metrics] of [...segments.filter(isOther), ...bySize.slice(keptCount)]) {
    const other = segmentOf(attributeOf(segment), OTHER_SEGMENT_VALUE);
    const sum = kept.get(other);
    kept.set(other, sum === undefined ? metrics : addMetrics(sum, metrics));
  }
  return { ...window, segments: Object.fromEntries(kept) };
}

function attributeOf(segment: string): string {
  return segment.slice(0, segment.indexOf('='));
}

function exposuresOf(metrics: MetricWindows): number {
  return Math.max(0, ...Object.values(metrics).map(({ exposures }) => exposures));
}
