import { median, medianDeviation } from '../averages.ts';
import { theilSenSlope } from './theil-sen.ts';

/** What is usual of a series, frozen at a moment: all that a forecast of the steps after it is made from. */
export interface ForecastBasis {
  /** Median of the history, in the series' own unit. */
  readonly level: number;
  /** Robust standard deviation, > 0. */
  readonly scale: number;
  /** Medians of the blocks of the history, oldest first, as (median − level)/scale; 0 where nothing is known. */
  readonly blocks: readonly number[];
}

/** So many steps before a moment are its history. */
export const HISTORY_STEPS = 60;

/** A forecast reaches so many steps ahead: further, nothing is learned, and the watch is not calibrated. */
export const FORECAST_STEPS = 60;

/** Blocks that a history is summed up in. */
export const HISTORY_BLOCKS = 6;

/** Fewer known values than this are no history. */
export const LEAST_KNOWN_STEPS = 30;

/** A logarithm that wanders by less than two per cent is not worth a word. */
const LEAST_SCALE = 0.02;

/** Standard deviations of a normal distribution in one median absolute deviation. */
const PER_DEVIATION = 1.4826;

/** Sums up a history, oldest first, null where a value is missing; undefined where too little of it is known. */
export function forecastBasis(history: readonly (number | null)[]): ForecastBasis | undefined {
  const recent = history.slice(-HISTORY_STEPS);
  const known = recent.filter((value) => value !== null);
  if (known.length < LEAST_KNOWN_STEPS) return undefined;
  const level = median(known);
  const scale = Math.max(LEAST_SCALE, PER_DEVIATION * medianDeviation(known));
  const missing = Array<null>(HISTORY_STEPS - recent.length).fill(null);
  const padded = [...missing, ...recent];
  const width = HISTORY_STEPS / HISTORY_BLOCKS;
  const blocks = Array.from({ length: HISTORY_BLOCKS }, (_, index) => {
    const block = padded.slice(index * width, (index + 1) * width).filter((value) => value !== null);
    return block.length === 0 ? 0 : (median(block) - level) / scale;
  });
  return { level, scale, blocks };
}

/** A value on the scale of a history: 0 is its median, and 1 its robust standard deviation. */
export function robustScore({ level, scale }: ForecastBasis, value: number): number {
  return (value - level) / scale;
}

/** A step after the history: how many steps after its end, and where both lie in the season. */
export interface ForecastStep {
  /** 1 is the step right after the history. */
  readonly ahead: number;
  /** Steps of one season. */
  readonly period: number;
  /** Phase of the step in the season, in steps. */
  readonly phase: number;
}

/**
 * What a predictor is shown of a step: the blocks, their slope, how far ahead it is, and what two harmonics of the season
 * have changed since the end of the history, on the history's scale.
 */
export function forecastInputs(
  { blocks, scale }: ForecastBasis,
  { ahead, period, phase }: ForecastStep,
): readonly number[] {
  const slope = theilSenSlope(blocks);
  const harmonics = [1, 2].flatMap((k) => {
    const angle = (steps: number) => (2 * Math.PI * k * steps) / period;
    const [now, then] = [angle(phase), angle(phase - ahead)];
    return [(Math.sin(now) - Math.sin(then)) / scale, (Math.cos(now) - Math.cos(then)) / scale];
  });
  return [...blocks, slope, (slope * ahead) / HISTORY_STEPS, Math.log(scale), Math.log1p(ahead), ...harmonics];
}

/** How many inputs there are. */
export const FORECAST_INPUTS = HISTORY_BLOCKS + 8;
