import {
  allocationAt,
  type ClosedWindow,
  intendedShares,
  type MetricDefinition,
  type Rollout,
  type RolloutDefinition,
} from '../../domain/index.ts';
import { EMPTY_SKETCH, slowThresholds } from '../../models/index.ts';
import { addControlWindow } from './control-evidence.ts';
import type { GuardrailWindow } from './guardrail-evidence.ts';
import { guardrailsOf } from './guardrails-of.ts';
import { metricIn, ownEntry, type Sides, segmentIn } from './read-window.ts';
import type { ReadingState } from './reading-state.ts';
import { scaleMetric } from './scale-metric.ts';
import { addSegmentWindow } from './segments.ts';
import { type Stratum, strataOf, toldByLeaf } from './strata.ts';
import { type SummedWindow, sumSources } from './sum-sources.ts';

/** What is older than this counts only e⁻¹ in everything that describes the recent past. */
const MEMORY_MS = 3_600_000;

/** A closed window as evidence and models read it. */
export interface WindowReading {
  readonly window: SummedWindow;
  readonly isAtCoverage: boolean;
  readonly isBurnIn: boolean;
  /** Shares of eligible units under the window's coverage, integers out of SHARE_TOTAL. */
  readonly intended: ReturnType<typeof intendedShares>;
  /** Where sides can be compared: the whole window, or its leaves. */
  readonly strata: readonly Stratum[];
  /** Factor by which what is older counts less. */
  readonly fading: number;
  /** The part that concerns one guardrail of one treatment. */
  guardrailWindow(variant: string, metric: MetricDefinition): GuardrailWindow;
}

/** Reads a window with what is known from those before it: sources added up and capped, slow as control was slow. */
export function readClosedWindow(
  { definition, state }: Rollout,
  before: ReadingState,
  closed: ClosedWindow,
): WindowReading {
  const summed = sumSources(closed, { known: before.sources, excluded: before.excluded });
  const window = toldByLeaf(state.admission, summed);
  const { startMs, endMs } = window;
  const fading = Math.exp(-(startMs - (before.newestStartMs ?? startMs)) / MEMORY_MS);
  const isAtCoverage = window.coverage === state.coverage;
  const isBurnIn = isAtCoverage && startMs < state.coverageSinceMs + definition.burnInMs;
  const strata = strataOf(definition, state.admission, window);
  const guardrailWindow = oncePerSides(
    (variant: string, metric: MetricDefinition): GuardrailWindow => ({
      sides: sidesIn(window, definition, variant, metric),
      bySource: strata.flatMap(({ sources }) =>
        sources.map((source) => ({
          source: source.source,
          ...scaledSides(sidesIn(source, definition, variant, metric), source.factor),
          thresholds: slowThresholds(ownEntry(before.controls[metric.metric]!.sketches, source.source) ?? EMPTY_SKETCH),
          segments: Object.fromEntries(
            before.segments.watched.map((segment) => [
              segment,
              scaledSides(
                {
                  treatment: segmentIn(source, variant, segment, metric),
                  control: segmentIn(source, definition.control, segment, metric),
                },
                source.factor,
              ),
            ]),
          ),
        })),
      ),
      isBurnIn,
      endMs,
      fading,
    }),
  );
  const intended = intendedShares(allocationAt(definition, window.coverage, state.admission));
  return { window, isAtCoverage, isBurnIn, intended, strata, fading, guardrailWindow };
}

/** Guardrails and learned parts look at the same windows. */
function oncePerSides(read: WindowReading['guardrailWindow']): WindowReading['guardrailWindow'] {
  const known = new Map<string, Map<string, GuardrailWindow>>();
  return (variant, metric) => {
    const ofVariant = known.get(variant) ?? new Map<string, GuardrailWindow>();
    known.set(variant, ofVariant);
    const window = ofVariant.get(metric.metric) ?? read(variant, metric);
    ofVariant.set(metric.metric, window);
    return window;
  };
}

/** What is known after a window that was read. */
export function afterReading(
  definition: RolloutDefinition,
  before: ReadingState,
  { window, fading }: WindowReading,
): ReadingState {
  const { startMs, endMs } = window;
  const controls = guardrailsOf(definition).map((metric) => {
    const controlIn = (part: Parameters<typeof metricIn>[0]) => metricIn(part, definition.control, metric);
    const shown = {
      all: controlIn(window),
      bySource: window.sources.map((part) => ({ source: part.source, window: controlIn(part) })),
    };
    const control = before.controls[metric.metric]!;
    return [metric.metric, addControlWindow(metric, control, shown, { startMs, endMs, fading })];
  });
  return {
    newestStartMs: startMs,
    newestEndMs: Math.max(endMs, before.newestEndMs ?? endMs),
    controls: Object.fromEntries(controls),
    sources: [...new Set([...before.sources, ...window.sources.map(({ source }) => source)])],
    segments: addSegmentWindow(definition, before.segments, window),
    excluded: before.excluded,
  };
}

function sidesIn(
  window: Parameters<typeof metricIn>[0],
  { control }: RolloutDefinition,
  variant: string,
  metric: MetricDefinition,
): Sides {
  return { treatment: metricIn(window, variant, metric), control: metricIn(window, control, metric) };
}

function scaledSides({ treatment, control }: Sides, factor: number): Sides {
  return { treatment: treatment && scaleMetric(treatment, factor), control: control && scaleMetric(control, factor) };
}
