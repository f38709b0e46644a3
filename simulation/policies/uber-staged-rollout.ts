import { SHARE_TOTAL } from '../../domain/index.ts';
import { normalCdf, normalQuantile } from '../../models/index.ts';
import type { ComparedArms } from './arms/matched-arms.ts';
import { type CountedMetric, momentsOf } from './arms/watched-metric.ts';
import { experimentRule } from './experiment-rule.ts';
import { type FrozenBase, lossWatch, MIN_CONTROL } from './frozen-base.ts';
import { aPeer } from './peer.ts';
import type { PolicyMove, PolicyView } from './policy.ts';
import { atSpeeds, climb, HOURLY, type Ladder } from './ramp/ladder.ts';
import { hold, moveTo, rollback } from './ramp/moves.ts';
import type { Rule } from './rule.ts';
import { speedsOf } from './speeds.ts';
import { harmContrast } from './statistics/harm-contrast.ts';
import { type LossPosterior, type LossWeights, lossPosterior } from './statistics/loss-contrast.ts';
import { logMsprt } from './statistics/msprt.ts';
import { combinations } from './tuning-grid.ts';

/** Settings of a staged rollout. */
export interface UberSettings {
  readonly mode: 'time' | 'power' | 'risk';
  readonly ladder: Ladder;
  /** Watched metrics, and what one event of each costs in the risk-based mode. */
  readonly weights: LossWeights;
  readonly lookMs: number;
  readonly alpha: number;
  /** Typical effect as a share of control: width of the mixture and of the prior. */
  readonly typicalEffect: number;
  /** Power-based: a stage is long enough to find this relative effect with this power. */
  readonly minDetectableEffect: number;
  readonly power: number;
  /** Risk-based: expected loss allowed until `horizonMs`, as a share of what a day loses anyway. */
  readonly budgetShare: number;
  readonly horizonMs: number;
}

/**
 * Reconstruction of Uber's staged rollout (arXiv 1905.10493); its formulas are not confirmed.
 *
 * An mSPRT per metric monitors at α; meanwhile coverage rises by the clock, or when a stage has the exposures that its
 * power asks for, or to the largest stage q with E[loss⁺ | posterior] · q · horizon within the budget.
 */
export function uberStagedRollout(settings: UberSettings): Rule {
  const { ladder, lookMs } = settings;
  return experimentRule({
    firstCoverage: ladder.stages[0]!,
    control: 'matched',
    lookMs,
    begin() {
      const monitor = msprtMonitor(settings);
      const ramp = rampOf(settings);
      return {
        look: (arms, view) => (monitor(arms) ? rollback('the monitor found harm') : ramp(arms, view)),
        between: () => BETWEEN,
      };
    },
  });
}

const BETWEEN = hold('between looks');
const NEEDS_POWER = hold('too few exposures for the power');
const NEEDS_CONTROL = hold('too little of control was seen');
const OVER_BUDGET = hold('a larger share may exceed the budget');

/** Says whether a metric is harmed; its mixture is fixed at the first look with enough of control. */
function msprtMonitor({ weights, alpha, typicalEffect }: UberSettings): (arms: ComparedArms) => boolean {
  const metrics = Object.keys(weights) as CountedMetric[];
  const line = Math.log(metrics.length / alpha);
  const tauSquared = new Map<CountedMetric, number>();
  return (arms) =>
    metrics.some((metric) => {
      const contrast = harmContrast(arms, metric);
      if (contrast === null || contrast.variance === 0) return false;
      const { control, harm, variance } = contrast;
      if (!tauSquared.has(metric)) {
        if (control.n < MIN_CONTROL || control.total === 0) return false;
        tauSquared.set(metric, (typicalEffect * control.mean) ** 2);
      }
      return harm > 0 && logMsprt({ delta: harm, variance, tauSquared: tauSquared.get(metric)! }) >= line;
    });
}

type Ramp = (arms: ComparedArms, view: PolicyView) => PolicyMove;

function rampOf(settings: UberSettings): Ramp {
  if (settings.mode === 'time') return (_, view) => climb(view, settings.ladder);
  return settings.mode === 'power' ? powerRamp(settings) : riskRamp(settings);
}

function powerRamp({ ladder, weights, alpha, power, minDetectableEffect }: UberSettings): Ramp {
  const metric = Object.keys(weights)[0] as CountedMetric;
  const z = normalQuantile(1 - alpha) + normalQuantile(power);
  let [sinceMs, before] = [0, 0];
  return (arms, view) => {
    const { treatment, control } = arms;
    if (sinceMs !== view.coverageSinceMs) [sinceMs, before] = [view.coverageSinceMs, treatment.exposures];
    const { n, mean, variance } = momentsOf(control, metric);
    if (n < MIN_CONTROL || mean === 0) return NEEDS_CONTROL;
    // The sample size of a one-sided comparison of two means, per arm.
    const needed = (2 * z * z * variance) / (minDetectableEffect * mean) ** 2;
    return treatment.exposures - before >= needed ? climb(view, { ...ladder, dwellMs: 0 }) : NEEDS_POWER;
  };
}

function riskRamp(settings: UberSettings): Ramp {
  const { ladder, weights, typicalEffect } = settings;
  const watch = lossWatch(weights);
  return (arms, view) => {
    const loss = watch(arms, view);
    if (loss === null) return NEEDS_CONTROL;
    const posterior = lossPosterior(loss, typicalEffect * loss.frozen.base);
    const shareAllowed = allowedShare(posterior, loss.frozen, settings);
    const stages = [...ladder.stages, SHARE_TOTAL].filter((stage) => stage > view.coverage);
    const largest = stages.findLast((stage) => stage <= shareAllowed * SHARE_TOTAL);
    if (largest === undefined) return OVER_BUDGET;
    return largest === SHARE_TOTAL ? climb(view, { stages: [], dwellMs: 0 }) : moveTo(largest, 'within the budget');
  };
}

const DAY_MS = 86_400_000;

function allowedShare(posterior: LossPosterior, { base, trafficPerMs }: FrozenBase, settings: UberSettings): number {
  const budget = settings.budgetShare * base * trafficPerMs * DAY_MS;
  return budget / (expectedLoss(posterior) * trafficPerMs * settings.horizonMs);
}

/** E[X⁺] of a normal X: m Φ(m/s) + s φ(m/s). */
export function expectedLoss({ mean, sd }: LossPosterior): number {
  const z = mean / sd;
  return mean * normalCdf(z) + (sd * Math.exp(-0.5 * z * z)) / Math.sqrt(2 * Math.PI);
}

const SHIPPED: UberSettings = {
  mode: 'power',
  ladder: HOURLY,
  weights: { errors: 1, slow: 0.3, conversions: 1 },
  lookMs: 60_000,
  alpha: 0.05,
  typicalEffect: 0.5,
  minDetectableEffect: 0.5,
  power: 0.8,
  budgetShare: 0.01,
  horizonMs: DAY_MS,
};

/** One knob for each mode: only that of the mode in use has an effect. */
const SPEEDS = speedsOf<UberSettings>(
  atSpeeds([5, 15, 30, 60, 120]).map((ladder, index) => ({
    ladder,
    minDetectableEffect: [2, 1, 0.5, 0.25, 0.1][index]!,
    budgetShare: [0.05, 0.02, 0.01, 0.005, 0.002][index]!,
  })),
);

/** Uber's staged rollout, as a peer. */
export const UBER_STAGED_ROLLOUT = aPeer({
  name: 'uber-staged-rollout',
  family: 'peer',
  rule: uberStagedRollout,
  shipped: SHIPPED,
  tuningGrid: [
    ...combinations(SHIPPED, { mode: ['time'], ladder: atSpeeds([5, 15, 30, 60]), alpha: [0.05, 0.01] }),
    ...combinations(SHIPPED, { mode: ['power'], minDetectableEffect: [0.25, 0.5, 1], alpha: [0.05, 0.01] }),
    ...combinations(SHIPPED, { mode: ['risk'], budgetShare: [0.002, 0.005, 0.01, 0.02, 0.05], alpha: [0.05, 0.01] }),
  ],
  speeds: SPEEDS,
});
