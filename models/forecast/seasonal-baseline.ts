import { mean, median } from '../averages.ts';
import { theilSenSlope } from './theil-sen.ts';

/** What is remembered of a series, one value a step; plain JSON. */
export interface SeasonalBaseline {
  /** Steps of one season, such as 1 440 minutes. */
  readonly period: number;
  /** Steps so far, missing values included. */
  readonly steps: number;
  /** ln(1 + v) of the last four periods, oldest first; null where a value was missing. */
  readonly history: readonly (number | null)[];
  /** Medians of the last periods that are over, for the trend. */
  readonly periodLevels: readonly number[];
  /** Change from one period to the next; 0 until more than four are known. */
  readonly trend: number;
  readonly level: number;
  readonly scale: number;
}

/** What a value looked like against what was expected. */
export interface BaselineStep {
  readonly baseline: SeasonalBaseline;
  /** Standardised residual, positive where the value is too high; undefined while silent or where a value is missing. */
  readonly residual?: number;
}

const SEASONS = 4;
const TREND_PERIODS = 8;
const FIRST_SCALE = 0.1;
const LEAST_SCALE = 1e-3;
/** Deviations beyond so many scales teach no more than these: an incident is not to be learned. */
const CLIP = 4;
const SCALE_GAIN = 0.02;

/** The state before the first value. */
export function emptySeasonalBaseline(period: number): SeasonalBaseline {
  return { period, steps: 0, history: [], periodLevels: [], trend: 0, level: 0, scale: FIRST_SCALE };
}

/**
 * Adds one value ≥ 0, or undefined where it is missing, and says how far it is from what was expected.
 *
 * Expected is the median of the same phase over up to four periods, the trend since then and a slowly following level:
 * lv ← lv + a clip(r − lv, ±4sc), a = 2/(max(12, period/24) + 1), sc ← sc + 0.02 (1.25 min(|r − lv|, 4sc) − sc), and the
 * residual (r − lv)/sc is taken before both learn from it. Robust exponential smoothing after Gelper, Fried & Croux (Journal
 * of Forecasting 2010). Silent for two periods.
 */
export function stepBaseline(baseline: SeasonalBaseline, value: number | undefined): BaselineStep {
  const x = value === undefined ? null : Math.log1p(value);
  const expected = expectedAt(baseline);
  const remembered = remember(baseline, x);
  if (x === null || expected === undefined) return { baseline: remembered };
  const { level, scale, period, steps } = baseline;
  const deviation = x - expected - level;
  const reach = CLIP * scale;
  const gain = 2 / (Math.max(12, period / 24) + 1);
  const learned = {
    ...remembered,
    level: level + gain * Math.min(reach, Math.max(-reach, deviation)),
    scale: Math.max(LEAST_SCALE, scale + SCALE_GAIN * (1.25 * Math.min(Math.abs(deviation), reach) - scale)),
  };
  return steps < 2 * period ? { baseline: learned } : { baseline: learned, residual: deviation / scale };
}

/** Median of the same phase, moved by the trend over the mean age of what it is the median of. */
function expectedAt({ period, history, trend }: SeasonalBaseline): number | undefined {
  const ages = Array.from({ length: SEASONS }, (_, i) => i + 1).filter(
    (age) => typeof history[history.length - age * period] === 'number',
  );
  if (ages.length === 0) return undefined;
  return median(ages.map((age) => history[history.length - age * period]!)) + trend * mean(ages);
}

function remember(baseline: SeasonalBaseline, x: number | null): SeasonalBaseline {
  const { period, steps, history } = baseline;
  const next = { ...baseline, steps: steps + 1, history: [...history.slice(1 - SEASONS * period), x] };
  if (next.steps % period !== 0) return next;
  const known = next.history.slice(-period).filter((value) => value !== null);
  if (known.length === 0) return next;
  const periodLevels = [...baseline.periodLevels.slice(1 - TREND_PERIODS), median(known)];
  return { ...next, periodLevels, trend: periodLevels.length > SEASONS ? theilSenSlope(periodLevels) : 0 };
}
