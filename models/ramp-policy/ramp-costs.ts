/** What a decision led to until the end of its rollout, part by part; every part is a cost, ≥ 0. */
export interface RampCosts {
  /** Excess harm after the decision, as a share of that of full coverage from the start. */
  readonly harm: number;
  /** Hours until full coverage, of a rollout that turned out healthy; else 0. */
  readonly hours: number;
  /** 1 for a healthy rollout that was taken back. */
  readonly falseRollback: number;
  /** 1 if the decision changed coverage. */
  readonly churn: number;
}

/** The parts in the order in which they are stored. */
export const COST_PARTS = ['harm', 'hours', 'falseRollback', 'churn'] as const;

/** What a unit of each part costs somebody. */
export type CostFactors = RampCosts;

/** How much somebody minds harm against waiting. */
export type Appetite = 'careful' | 'balanced' | 'fast';

/** Balanced is the composite loss of the decision benchmark; the others mind harm or waiting twice to four times as much. */
export const APPETITES: Readonly<Record<Appetite, CostFactors>> = {
  careful: { harm: 400, hours: 4, falseRollback: 28, churn: 0.1 },
  balanced: { harm: 100, hours: 4, falseRollback: 28, churn: 0.1 },
  fast: { harm: 50, hours: 8, falseRollback: 56, churn: 0.1 },
};

/** One number from the parts: Σ factor × part. */
export function scalarCost(costs: RampCosts, factors: CostFactors): number {
  return COST_PARTS.reduce((sum, part) => sum + factors[part] * costs[part], 0);
}
