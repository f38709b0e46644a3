import { type RiskModelArtefact, scoreRisk } from '../../models/index.ts';
import type { Scored } from '../backtest/scored.ts';
import type { TrainingRow } from './training-row.ts';

/** The logits of rows as they would be served; null for what would be dropped. */
export function logitsOf(artefact: RiskModelArtefact, rows: readonly TrainingRow[]): readonly (number | null)[] {
  return rows.map(({ features }) => scoreRisk(artefact, features)?.logit ?? null);
}

/** Weighted log-loss of logits. */
export function logLossOf(logits: readonly number[], rows: readonly TrainingRow[]): number {
  let [sum, weights] = [0, 0];
  rows.forEach(({ label, weight }, index) => {
    const logit = logits[index]!;
    sum += weight * (Math.max(logit, 0) - logit * label + Math.log1p(Math.exp(-Math.abs(logit))));
    weights += weight;
  });
  return sum / weights;
}

/** Logits beside the labels of their rows. */
export function labelled(logits: readonly number[], rows: readonly TrainingRow[]): readonly Scored[] {
  return rows.map(({ label }, index) => ({ score: logits[index]!, isPositive: label === 1 }));
}
