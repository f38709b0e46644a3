import { seededDraws } from '../draws.ts';
import type { SeedWeights } from './sample.ts';

/** A value with its interval; null where there was nothing to say it from. */
export interface Estimate {
  readonly value: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

const ERROR = 0.05;
const STREAM = 0;

/**
 * Weights of seeds drawn with replacement (Efron 1979, "Bootstrap methods: another look at the jackknife").
 *
 * A seed is drawn with its worlds in all scenarios, so intervals also hold where those have something in common. All
 * policies get the same draws, which makes differences between them paired.
 */
export function drawResamples(options: {
  readonly seeds: number;
  readonly resamples: number;
  readonly seed: number;
}): readonly SeedWeights[] {
  const { uniform } = seededDraws(options.seed, STREAM);
  return Array.from({ length: options.resamples }, () => {
    const weights = new Uint16Array(options.seeds);
    for (let draw = 0; draw < options.seeds; draw += 1) weights[Math.floor(uniform() * options.seeds)]! += 1;
    return weights;
  });
}

/** Every seed once. */
export function onceEach(seeds: number): SeedWeights {
  return new Uint16Array(seeds).fill(1);
}

/** A value with the middle 95 % of what it came to in resamples; those in which it did not exist are left out. */
export function percentileInterval(value: number, replicates: readonly number[]): Estimate {
  const sorted = Float64Array.from(replicates.filter(Number.isFinite)).sort();
  if (sorted.length === 0) return { value, lower: null, upper: null };
  const at = (p: number) => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)]!;
  return { value, lower: at(ERROR / 2), upper: at(1 - ERROR / 2) };
}

/** Null for what does not exist. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
