import type { CostFactors } from '../../models/index.ts';
import type { PaceWorld } from '../../simulation/index.ts';
import { costsIn } from './table-policy.ts';
import { meanInWords, weightedMean } from './weighted.ts';

/** What a rule has come to in each world: cost, harm, and how often it was taken back falsely. */
export interface RuleFigures {
  readonly costs: readonly number[];
  readonly harms: readonly number[];
  readonly takenBack: readonly number[];
}

/** A rule that takes the runs of each world with these probabilities. */
export function figuresOf(
  worlds: readonly PaceWorld[],
  factors: CostFactors,
  taken: (world: PaceWorld) => readonly number[],
): RuleFigures {
  const sums = worlds.map((world) => {
    const pi = taken(world);
    const mean = (values: readonly number[]) => values.reduce((sum, value, a) => sum + pi[a]! * value, 0);
    return {
      cost: mean(costsIn(world, factors)),
      harm: mean(world.runs.map(({ costs }) => costs.harm)),
      back: mean(world.runs.map(({ costs }) => costs.falseRollback)),
    };
  });
  return {
    costs: sums.map(({ cost }) => cost),
    harms: sums.map(({ harm }) => harm),
    takenBack: sums.map(({ back }) => back),
  };
}

/** The cost of a rule, weighted as in the decision benchmark. */
export function costOf(worlds: readonly PaceWorld[], { costs }: RuleFigures): number {
  return weightedMean(worlds.map(({ isHarmful }, index) => ({ isHarmful, value: costs[index]! })));
}

/** A line of the table: the rule, and how much more it costs than each of the others. */
export function ruleLine(
  worlds: readonly PaceWorld[],
  name: string,
  { figures, others }: { readonly figures: RuleFigures; readonly others: readonly RuleFigures[] },
): string {
  const more = others.map(({ costs }) =>
    meanInWords(worlds.map(({ isHarmful }, i) => ({ isHarmful, value: figures.costs[i]! - costs[i]! }))),
  );
  const harms = figures.harms.filter((_, i) => worlds[i]!.isHarmful);
  const harm = harms.reduce((sum, one) => sum + one, 0) / harms.length;
  const back = figures.takenBack.reduce((sum, one) => sum + one, 0);
  const benign = worlds.length - harms.length;
  const cost = costOf(worlds, figures).toFixed(2);
  return `| ${name} | ${cost} | ${more.join(' | ')} | ${harm.toFixed(3)} | ${Number(back.toFixed(1))} of ${benign} |`;
}
