import type { DrawnTable } from './drawn-table.ts';
import { bootstrapped, everyFigure, sampleMetric } from './figures.ts';
import type { RunOutcome } from './run-outcome.ts';
import { runCost } from './run-verdict.ts';
import type { PolicyDifference } from './score-card.ts';

/** Compares two policies world by world: each figure of the first less that of the second, with paired intervals. */
export function compareWith(
  { policy, reference }: Pick<PolicyDifference, 'policy' | 'reference'>,
  { table, positions, once, resamples }: DrawnTable,
): PolicyDifference {
  const [own, others] = [table.runs.get(policy)!, table.runs.get(reference)!];
  return {
    policy,
    reference,
    figures: everyFigure((metric) => {
      const a = sampleMetric(metric, { own, paired: others, positions });
      const b = sampleMetric(metric, { own: others, paired: own, positions });
      const runs = a.samples.reduce((sum, { values }) => sum + values.length, 0);
      return { ...bootstrapped((weights) => a.at(weights) - b.at(weights), once, resamples), runs };
    }),
    worlds: countWorlds(own, others),
  };
}

function countWorlds(own: readonly RunOutcome[], others: readonly RunOutcome[]): PolicyDifference['worlds'] {
  const signs = own.flatMap((run, index) => {
    const [cost, other] = [runCost(run), runCost(others[index]!)];
    return cost === null || other === null ? [] : Math.sign(cost - other);
  });
  const count = (sign: number) => signs.filter((each) => each === sign).length;
  return { cheaper: count(-1), dearer: count(1), same: count(0) };
}
