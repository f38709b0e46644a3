import type { RolloutOverlay } from '../../domain/index.ts';
import { SegmentCodes } from './segment-codes.ts';

/** A metric as far as sources need to know it. */
export type MeasuredMetric = RolloutOverlay['metrics'][number];

/** What one unit did in one window. */
export interface UnitActivity {
  requests: number;
  /** True in the unit's first window under the window's coverage. */
  readonly isNew: boolean;
  /** The leaf of the unit when it was first seen in the window; undefined where all units are treated alike. */
  readonly leaf: string | undefined;
  /** The segments of the unit when it was first seen in the window, by the window's codes. */
  readonly segmentCode: number;
  /** One number per metric of the window: rate and value sum up what happened, duration keeps the slowest. */
  readonly outcomes: (number | undefined)[];
}

/** The units of each variant by their hashes. */
export type VariantUnits = Map<string, Map<number, UnitActivity>>;

/** A window that still takes exposures and outcomes, under one coverage. */
export interface OpenWindow {
  readonly rollout: string;
  readonly generation: number;
  readonly coverage: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Outcomes count until then. */
  readonly closesAtMs: number;
  readonly metrics: readonly MeasuredMetric[];
  readonly segments: SegmentCodes;
  readonly variants: VariantUnits;
}

/** Opens the window that `nowMs` falls into. */
export function openWindowAt(overlay: RolloutOverlay, nowMs: number): OpenWindow {
  const { rollout, generation, coverage, windowMs, attributionMs, metrics } = overlay;
  const startMs = Math.floor(nowMs / windowMs) * windowMs;
  const endMs = startMs + windowMs;
  return {
    rollout,
    generation,
    coverage,
    startMs,
    endMs,
    closesAtMs: endMs + attributionMs,
    metrics,
    // A snapshot of an older server, perhaps from disk, has none.
    segments: new SegmentCodes(overlay.segments ?? []),
    variants: new Map(),
  };
}

/** Adds an outcome to what the unit did: durations keep the slowest, everything else adds up. */
export function addOutcome(activity: UnitActivity, metricIndex: number, kind: MeasuredMetric['kind'], amount: number) {
  const before = activity.outcomes[metricIndex];
  if (before === undefined) activity.outcomes[metricIndex] = amount;
  else activity.outcomes[metricIndex] = kind === 'duration' ? Math.max(before, amount) : before + amount;
}
