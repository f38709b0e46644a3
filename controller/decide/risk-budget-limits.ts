import type { Situation } from './observation.ts';
import type { Limit } from './one-half-gate.ts';
import { coverageInWords, shortNumber } from './words.ts';

/** No coverage that could cost more than what is left of the risk budget; empty without a budget. */
export function riskBudgetLimits({ assessment }: Situation): readonly Limit[] {
  const budget = assessment.riskBudget;
  if (budget === null || budget.permittedCoverage === null) return [];
  const { metric, badEvents, spent, left, permittedCoverage } = budget;
  return [
    {
      coverage: permittedCoverage,
      reason: {
        code: 'riskBudget',
        message: `${metric}: ${shortNumber(spent)} of ${shortNumber(badEvents)} excess events are spent, and the ${shortNumber(left)} left allow ${coverageInWords(permittedCoverage)} coverage at most in the next stage`,
        releasedBy:
          left > 0 ? 'more evidence that the treatment does no harm' : 'a new rollout with a larger risk budget',
      },
    },
  ];
}
