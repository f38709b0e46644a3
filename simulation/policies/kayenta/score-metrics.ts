import type { MetricJudgement } from './judge-metric.ts';

/** A judged metric, and the group that its score counts in. */
export interface GroupedJudgement extends MetricJudgement {
  readonly group: string;
}

/** Share of metrics without data from which the score is 0. */
const MAX_NODATA_SHARE = 0.5;

/**
 * Score of a canary from 0 to 100, two decimals (spinnaker/kayenta, `WeightedSumScorer`).
 *
 * Groups are weighted in per cent; those without a weight share what is left.
 */
export function scoreMetrics(
  judgements: readonly GroupedJudgement[],
  weights: Readonly<Record<string, number>>,
): number {
  if (judgements.some(({ isCriticalFailure }) => isCriticalFailure)) return 0;
  const withoutData = judgements.filter(({ label }) => label === 'nodata').length;
  if (withoutData >= MAX_NODATA_SHARE * judgements.length) return 0;
  const groups = [...new Set(judgements.map(({ group }) => group))];
  const unweighted = groups.filter((group) => weights[group] === undefined).length;
  const left = 100 - groups.reduce((sum, group) => sum + (weights[group] ?? 0), 0);
  const total = groups.reduce((sum, group) => {
    const weight = weights[group] ?? left / unweighted;
    return sum + (groupScore(judgements.filter((judgement) => judgement.group === group)) * weight) / 100;
  }, 0);
  return Math.round(total * 100) / 100;
}

function groupScore(judgements: readonly GroupedJudgement[]): number {
  const counted = judgements.filter(({ label }) => label !== 'nodata').length;
  const passed = judgements.filter(({ label }) => label === 'pass').length;
  return counted === 0 ? 100 : (100 * passed) / counted;
}
