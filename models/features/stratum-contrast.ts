import { addSpreads, nonZeroUnits, type Spread, spreadOf, varianceOf } from '../value-sums.ts';
import { clip } from './feature-set.ts';
import type { RateSides, RateSums, ValueSides } from './risk-stratum.ts';

/** What one side showed in all strata so far, whatever kind of metric it is. */
export interface SideTotals {
  readonly n: number;
  /** Events of a rate, or the sum of a value. */
  readonly sum: number;
  /** Events of a rate, or units whose value is not 0. */
  readonly events: number;
}

/** Everything that the variance of one stratum is smoothed with. */
export interface ContrastTotals {
  readonly treatment: SideTotals;
  readonly control: SideTotals;
  /** Within-side squares of a value; nothing for a rate. */
  readonly spread: Spread;
}

/** The stratum's weight h, its difference d = treatment − control, and the variance v of one unit in it. */
export interface StratumContrast {
  readonly h: number;
  readonly d: number;
  readonly v: number;
}

/** The totals after one more stratum. */
export function addTotals(totals: ContrastTotals, sides: RateSides | ValueSides): ContrastTotals {
  const [treatment, control] = [totalsOf(sides.treatment), totalsOf(sides.control)];
  return {
    treatment: addSide(totals.treatment, treatment),
    control: addSide(totals.control, control),
    spread: sides.kind === 'value' ? addSpreads(totals.spread, withinSpread(sides)) : totals.spread,
  };
}

/**
 * One stratum as Cochran and Mantel & Haenszel weigh it, with h = n_T n_C/(n_T + n_C).
 *
 * Its variance is drawn towards that of all strata up to and with this one, as if that had been seen in five more units,
 * and is never below half of it: a stratum without events would otherwise count as certain.
 */
export function contrastOfStratum(sides: RateSides | ValueSides, after: ContrastTotals): StratumContrast {
  const [nT, nC] = [sides.treatment.n, sides.control.n];
  const [sumT, sumC] = [totalsOf(sides.treatment).sum, totalsOf(sides.control).sum];
  return {
    h: (nT * nC) / (nT + nC),
    d: sumT / nT - sumC / nC,
    v: sides.kind === 'value' ? valueVariance(sides, after) : rateVariance(sumT + sumC, nT + nC, after),
  };
}

function rateVariance(x: number, n: number, { treatment, control }: ContrastTotals): number {
  const overall = (treatment.sum + control.sum + 0.5) / (treatment.n + control.n + 50);
  const p = clip((x + SMOOTHING_UNITS * overall) / (n + SMOOTHING_UNITS), LEAST_RATE, 1 - LEAST_RATE);
  return Math.max(p * (1 - p), 0.5 * overall * (1 - overall));
}

function valueVariance(sides: ValueSides, { spread }: ContrastTotals): number {
  const overall = varianceOf(spread);
  const { squares, degrees } = withinSpread(sides);
  const smoothed = (squares + SMOOTHING_UNITS * overall) / (degrees + SMOOTHING_UNITS);
  return Math.max(smoothed, 0.5 * overall, LEAST_VARIANCE);
}

function withinSpread({ treatment, control }: ValueSides): Spread {
  return addSpreads(spreadOf(treatment), spreadOf(control));
}

function totalsOf(side: RateSums | ValueSides['treatment']): SideTotals {
  if ('x' in side) return { n: side.n, sum: side.x, events: side.x };
  return { n: side.n, sum: side.sum, events: nonZeroUnits(side) };
}

function addSide(left: SideTotals, right: SideTotals): SideTotals {
  return { n: left.n + right.n, sum: left.sum + right.sum, events: left.events + right.events };
}

const SMOOTHING_UNITS = 5;
const LEAST_RATE = 1e-7;

/** Values that never differ would have no variance at all, and every difference would be infinitely certain. */
const LEAST_VARIANCE = 1e-12;
