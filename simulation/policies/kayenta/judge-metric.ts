import type { Draws } from '../../draws.ts';
import { ranksOf, shiftInterval } from './mann-whitney.ts';
import { removeOutliers } from './remove-outliers.ts';

/** How a metric is judged. */
export interface MetricConfig {
  readonly direction: 'increase' | 'decrease' | 'either';
  readonly isCritical: boolean;
  readonly mustHaveData: boolean;
  /** What a missing value becomes: left out, or 0. */
  readonly nanStrategy: 'remove' | 'replace';
  readonly hasOutlierRemoval: boolean;
  readonly effectSize: 'meanRatio' | 'cles';
  /** Effects that are still harmless, and those that fail a critical metric. */
  readonly allowedIncrease: number;
  readonly allowedDecrease: number;
  readonly criticalIncrease: number;
  readonly criticalDecrease: number;
}

/** What a metric came to. */
export interface MetricJudgement {
  readonly label: 'pass' | 'high' | 'low' | 'nodata' | 'nodataFail';
  /** Fails the whole canary. */
  readonly isCriticalFailure: boolean;
}

/** Values of one metric, usually one a minute; NaN where there is none. */
export interface MetricSamples {
  readonly experiment: readonly number[];
  readonly control: readonly number[];
}

const CONFIDENCE = 0.98;
const TOLERANCE = 0.25;
/** Standard deviation of the noise that keeps two constant samples from being all ties, as a share of the value. */
const NOISE = 1e-5;
const PASS: MetricJudgement = { label: 'pass', isCriticalFailure: false };

/** Judges one metric as Kayenta's NetflixACAJudge does (spinnaker/kayenta, `kayenta-judge`). */
export function judgeMetric(samples: MetricSamples, config: MetricConfig, draws: Draws): MetricJudgement {
  const experiment = prepared(samples.experiment, config);
  const control = prepared(samples.control, config);
  if (experiment.length === 0 || control.length === 0) return judgeNoData(config);
  if (isEqual(experiment, control)) return PASS;
  const label =
    isConstant(experiment) && isConstant(control)
      ? classify(noisy(experiment, draws), noisy(control, draws), config)
      : classify(experiment, control, config);
  return {
    label,
    isCriticalFailure: config.isCritical && isCriticalChange(label, effectOf(experiment, control, config), config),
  };
}

function prepared(values: readonly number[], { nanStrategy, hasOutlierRemoval }: MetricConfig): Float64Array {
  const kept =
    nanStrategy === 'remove'
      ? values.filter((value) => !Number.isNaN(value))
      : values.map((value) => (Number.isNaN(value) ? 0 : value));
  const sorted = Float64Array.from(kept).sort();
  return hasOutlierRemoval && sorted.length > 0 ? removeOutliers(sorted) : sorted;
}

function judgeNoData({ nanStrategy, mustHaveData, isCritical }: MetricConfig): MetricJudgement {
  if (nanStrategy === 'replace') return PASS;
  if (mustHaveData && !isCritical) return { label: 'nodataFail', isCriticalFailure: false };
  return { label: 'nodata', isCriticalFailure: isCritical };
}

function isEqual(one: Float64Array, other: Float64Array): boolean {
  if (isConstant(one) && isConstant(other) && one[0] === other[0]) return true;
  return one.length === other.length && one.every((value, index) => value === other[index]);
}

function isConstant(sorted: Float64Array): boolean {
  return sorted[0] === sorted.at(-1);
}

function noisy(values: Float64Array, draws: Draws): Float64Array {
  return values.map((value) => value + NOISE * value * draws.normal()).sort();
}

/** The interval beyond a band that is a share of the estimated shift, not of control: #6278 in spinnaker/spinnaker. */
function classify(experiment: Float64Array, control: Float64Array, config: MetricConfig): 'pass' | 'high' | 'low' {
  const { estimate, lower, upper } = shiftInterval(experiment, control, CONFIDENCE);
  const band = TOLERANCE * Math.abs(estimate);
  const effect = effectOf(experiment, control, config);
  const isUnknown = Number.isNaN(effect);
  if (config.direction !== 'decrease' && lower > band && (isUnknown || effect >= config.allowedIncrease)) return 'high';
  if (config.direction !== 'increase' && upper < -band && (isUnknown || effect <= config.allowedDecrease)) return 'low';
  return 'pass';
}

/** An unknown effect fails its metric and not the canary, even where the metric is critical. */
function isCriticalChange(label: MetricJudgement['label'], effect: number, config: MetricConfig): boolean {
  if (label === 'high') return effect >= config.criticalIncrease;
  return label === 'low' && effect <= config.criticalDecrease;
}

/** Ratio of the means, NaN if one is 0; or the chance that a value of the experiment is the larger one. */
function effectOf(experiment: Float64Array, control: Float64Array, { effectSize }: MetricConfig): number {
  if (effectSize === 'cles') {
    const [m, n] = [experiment.length, control.length];
    return (2 * ranksOf(experiment, control, 0).rankSum - m * (m + 1)) / (2 * n * m);
  }
  const [ofExperiment, ofControl] = [meanOf(experiment), meanOf(control)];
  return ofExperiment === 0 || ofControl === 0 ? Number.NaN : ofExperiment / ofControl;
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
