import type { MetricDefinition } from '../../domain/index.ts';
import {
  addRateWindow,
  combineEvidence,
  combineSources,
  emptyRateEvidence,
  excessTest,
  type MixtureTest,
  type RateEvidence,
  rateEvidenceSince,
} from '../../models/index.ts';
import { countsOf, etaOf } from './guardrail-monitors.ts';
import { ownEntry, type Sides } from './read-window.ts';
import { MAX_SEGMENTS } from './segments.ts';
import { type Totals, totalsOf } from './totals.ts';

/** Evidence of one guardrail by segment and source. */
export type SegmentsEvidence = Readonly<Record<string, Readonly<Record<string, RateEvidence>>>>;

/** In a part of the traffic only this much worse counts as harm: parts differ more than the whole. */
const SEGMENT_MARGIN = 0.5;

/** Fewer units with an event than this in one segment never count against it. */
const MIN_UNITS_WITH_EVENT = 5;

/** The state before the first window. */
export function emptySegments(): SegmentsEvidence {
  return {};
}

/** Adds the windows of the watched segments, source by source. */
export function addSegments(
  metric: MetricDefinition,
  evidence: SegmentsEvidence,
  {
    bySource,
  }: { readonly bySource: readonly { readonly source: string; readonly segments: Readonly<Record<string, Sides>> }[] },
): SegmentsEvidence {
  if (bySource.every(({ segments }) => Object.keys(segments).length === 0)) return evidence;
  const test = segmentTest(metric);
  const all = new Map(Object.entries(evidence));
  for (const { source, segments } of bySource) {
    for (const [segment, sides] of Object.entries(segments)) {
      const counts = countsOf(sides, undefined)?.[0];
      if (counts === undefined) continue;
      const sources = all.get(segment) ?? {};
      const before = ownEntry(sources, source) ?? emptyRateEvidence(test);
      all.set(segment, { ...sources, [source]: addRateWindow(test, before, counts) });
    }
  }
  return Object.fromEntries(all);
}

/** What was added since an earlier state; a segment or source that is not in it came later. */
export function segmentsSince(now: SegmentsEvidence, before: SegmentsEvidence): SegmentsEvidence {
  return Object.fromEntries(
    Object.entries(now).map(([segment, sources]) => {
      const earlier = ownEntry(before, segment) ?? {};
      const added = Object.entries(sources).map(([source, evidence]) => {
        const start = ownEntry(earlier, source);
        return [source, start === undefined ? evidence : rateEvidenceSince(evidence, start)];
      });
      return [segment, Object.fromEntries(added)];
    }),
  );
}

/** log E that at least one segment is harmed: the average over all places, taken or not, so admission costs nothing. */
export function segmentsLogE(
  metric: MetricDefinition,
  evidence: SegmentsEvidence,
  excluded: readonly string[],
): number {
  const taken = Object.keys(evidence).map((segment) => ({
    logE: segmentLogE(metric, evidence[segment]!, excluded),
    weight: 1,
  }));
  const free = MAX_SEGMENTS - taken.length;
  return combineEvidence(free > 0 ? [...taken, { logE: 0, weight: free }] : taken);
}

/** Evidence and totals of one segment, for people. */
export interface SegmentLevel {
  readonly segment: string;
  readonly logE: number;
  readonly totals: Totals;
}

/** Evidence and totals of each watched segment. */
export function segmentLevels(
  metric: MetricDefinition,
  evidence: SegmentsEvidence,
  excluded: readonly string[],
): readonly SegmentLevel[] {
  return Object.entries(evidence).map(([segment, sources]) => ({
    segment,
    logE: segmentLogE(metric, sources, excluded),
    totals: totalsOf(counted(sources, excluded)),
  }));
}

function segmentLogE(
  metric: MetricDefinition,
  sources: Readonly<Record<string, RateEvidence>>,
  excluded: readonly string[],
): number {
  const states = counted(sources, excluded);
  const logE = combineSources(
    states.map(({ logRatios }) => logRatios),
    segmentTest(metric).pi,
  );
  const { xT, xC } = totalsOf(states);
  return (metric.goodDirection === 'lower' ? xT : xC) >= MIN_UNITS_WITH_EVENT ? logE : Math.min(0, logE);
}

function counted(
  sources: Readonly<Record<string, RateEvidence>>,
  excluded: readonly string[],
): readonly RateEvidence[] {
  return Object.keys(sources)
    .filter((source) => !excluded.includes(source))
    .map((source) => sources[source]!);
}

/** They follow from the definition alone, and each pass asks for them many times. */
const tests = new WeakMap<MetricDefinition, MixtureTest>();

function segmentTest(metric: MetricDefinition): MixtureTest {
  const known = tests.get(metric);
  if (known !== undefined) return known;
  const made = makeSegmentTest(metric);
  tests.set(metric, made);
  return made;
}

function makeSegmentTest({ kind, goodDirection, dispersion }: MetricDefinition): MixtureTest {
  const eta = etaOf({ kind, dispersion });
  return goodDirection === 'lower'
    ? excessTest(1 + SEGMENT_MARGIN, 'above', eta)
    : excessTest(1 - SEGMENT_MARGIN, 'below', eta);
}
