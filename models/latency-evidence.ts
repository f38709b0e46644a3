import { type FlatSketch, quantileBins, unitsAboveBins, unitsInSketch } from './flat-sketch.ts';
import type { WindowCounts } from './mixture-test.ts';

/** Tempering of latency tests: a unit that is always slow shows up in many windows. */
export const LATENCY_ETA = 0.5;

/** The quantiles of control above which units count as slow: the middle sees shifts, the tail sees time-outs. */
export const SLOW_QUANTILES = [0.5, 0.95, 0.99] as const;

/** Control units that must have been seen before a quantile of theirs means anything. */
const MIN_CONTROL_UNITS = 200;

/** Bins above which a unit counts as slow, one for each of `SLOW_QUANTILES`. */
export type SlowThresholds = readonly number[];

/**
 * Thresholds for the next window from control's sketch of all windows before it; undefined while control is little known.
 *
 * The same threshold serves both sides, so an error of the sketch cannot fake a difference.
 */
export function slowThresholds(control: FlatSketch): SlowThresholds | undefined {
  const known = thresholds.get(control);
  if (known !== undefined) return known;
  if (unitsInSketch(control) < MIN_CONTROL_UNITS) return undefined;
  const made = quantileBins(control, SLOW_QUANTILES)!;
  thresholds.set(control, made);
  return made;
}

/** Sketches never change, and a window asks each one for its source and for all sources. */
const thresholds = new WeakMap<FlatSketch, SlowThresholds>();

/** Units slower than each threshold, as windows of rates: being slow is an event like any other. */
export function slowCounts(
  thresholds: SlowThresholds,
  treatment: FlatSketch,
  control: FlatSketch,
): readonly WindowCounts[] {
  const [nT, nC] = [unitsInSketch(treatment), unitsInSketch(control)];
  const [xT, xC] = [unitsAboveBins(treatment, thresholds), unitsAboveBins(control, thresholds)];
  return thresholds.map((_, index) => ({ nT, nC, xT: xT[index]!, xC: xC[index]! }));
}
