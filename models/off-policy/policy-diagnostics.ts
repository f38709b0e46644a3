import { mean, sum } from '../averages.ts';
import type { LoggedDecision } from './logged-decision.ts';

/** What tells whether an off-policy estimate can be believed. */
export interface PolicyDiagnostics {
  /** (Σw)²/Σw²: how many decisions under the target policy the log is worth. */
  readonly effectiveSampleSize: number;
  /** 1 if the propensities are right. */
  readonly meanWeight: number;
  /** Standard error of the mean weight, of independent decisions. */
  readonly meanWeightError: number;
  /** Whether the mean weight is further than 3 standard errors from 1: the log is not what it says. */
  readonly isMeanWeightWrong: boolean;
  readonly maxWeight: number;
  /** Weights in 0, (0, ½], (½, 1], (1, 2], (2, 5], (5, 10], (10, 20] and above. */
  readonly histogram: readonly number[];
}

const HISTOGRAM_EDGES = [0, 0.5, 1, 2, 5, 10, 20];

/** Effective sample size, weights and the alarm bell of a wrong log; at least two decisions. */
export function policyDiagnostics(decisions: readonly LoggedDecision[]): PolicyDiagnostics {
  const w = decisions.map(({ importanceWeight }) => importanceWeight);
  const meanWeight = mean(w);
  const meanWeightError = Math.sqrt(sum(w.map((wi) => (wi - meanWeight) ** 2)) / (w.length - 1) / w.length);
  const histogram = [...HISTOGRAM_EDGES, Number.POSITIVE_INFINITY].map(
    (edge, i) => w.filter((wi) => wi <= edge && wi > (HISTOGRAM_EDGES[i - 1] ?? Number.NEGATIVE_INFINITY)).length,
  );
  return {
    effectiveSampleSize: sum(w) ** 2 / sum(w.map((wi) => wi ** 2)),
    meanWeight,
    meanWeightError,
    isMeanWeightWrong: Math.abs(meanWeight - 1) > 3 * meanWeightError,
    maxWeight: w.reduce((largest, wi) => Math.max(largest, wi), 0),
    histogram,
  };
}

/** What a policy wanted to do in a bin of similar decisions, and how often the log did it. */
export interface SupportCell {
  /** Σ of the target policy's probability over the bin's decisions. */
  readonly targetMass: number;
  readonly logged: number;
}

/** Share of the target policy's mass on actions that the log never took in the same bin of decisions, in [0, 1]. */
export function supportGap(cells: readonly SupportCell[]): number {
  const gap = cells.filter(({ logged }) => logged === 0);
  return sum(gap.map(({ targetMass }) => targetMass)) / sum(cells.map(({ targetMass }) => targetMass));
}
