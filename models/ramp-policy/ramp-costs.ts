/** What a rollout has cost, part by part; every part is a cost, ≥ 0. */
export interface RampCosts {
  /** Excess harm, as a share of that of full coverage from the start. */
  readonly harm: number;
  /** Hours without full coverage, of a rollout that turned out healthy: until it was reached, and whenever it went back; else 0. */
  readonly hours: number;
  /** 1 for a healthy rollout that was taken back. */
  readonly falseRollback: number;
  /** How often coverage was raised. */
  readonly move: number;
  /** What was forgone of the objective metrics, as a share of what twelve hours of them are. */
  readonly objective: number;
}

/** The parts in the order in which they are stored; new ones come last. */
export const COST_PARTS = ['harm', 'hours', 'falseRollback', 'move', 'objective'] as const;

/** What a unit of each part costs somebody. */
export type CostFactors = RampCosts;

/** How much somebody minds harm against waiting. */
export type Appetite = 'careful' | 'balanced' | 'fast';

/** Balanced is the composite loss of the decision benchmark; the others mind harm or waiting twice to four times as much. */
export const APPETITES: Readonly<Record<Appetite, CostFactors>> = {
  careful: { harm: 400, hours: 4, falseRollback: 28, move: 0.1, objective: 100 },
  balanced: { harm: 100, hours: 4, falseRollback: 28, move: 0.1, objective: 100 },
  fast: { harm: 50, hours: 8, falseRollback: 56, move: 0.1, objective: 200 },
};

/** The factors of an appetite: of a named one, or somebody's own. */
export function factorsOf(appetite: Appetite | CostFactors = 'balanced'): CostFactors {
  return typeof appetite === 'string' ? APPETITES[appetite] : appetite;
}

/** One number from the parts: Σ factor × part. */
export function scalarCost(costs: RampCosts, factors: CostFactors): number {
  return COST_PARTS.reduce((sum, part) => sum + factors[part] * costs[part], 0);
}
