import type { PaceName } from '../../domain/index.ts';
import { type CostFactors, PACES } from '../../models/index.ts';
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
function costOf(worlds: readonly PaceWorld[], { costs }: RuleFigures): number {
  return weightedMean(worlds.map(({ isHarmful }, index) => ({ isHarmful, value: costs[index]! })));
}

/** What the rule that always keeps this pace is called. */
export function paceRule(pace: PaceName): string {
  return `pace ${pace}`;
}

/** The lines of the table of a tenant: how much more each rule costs than the schedule and than the best of the fixed paces. */
export function ruleLines(
  tenant: string,
  worlds: readonly PaceWorld[],
  rules: ReadonlyMap<string, RuleFigures>,
): readonly string[] {
  const [best] = PACES.map(({ pace }) => paceRule(pace)).toSorted(
    (a, b) => costOf(worlds, rules.get(a)!) - costOf(worlds, rules.get(b)!),
  );
  const others = [rules.get(paceRule('asPlanned'))!, rules.get(best!)!];
  return [...rules].map(([name, figures]) =>
    ruleLine(worlds, `${tenant} | ${name}${name === best ? ', the best' : ''}`, { figures, others }),
  );
}

/** Rules over the worlds of several tenants, who count alike because they have as many worlds of each kind. */
export function pooled(all: readonly ReadonlyMap<string, RuleFigures>[]): ReadonlyMap<string, RuleFigures> {
  return new Map(
    [...all[0]!.keys()].map((name) => {
      const parts = all.map((rules) => rules.get(name)!);
      return [
        name,
        {
          costs: parts.flatMap(({ costs }) => costs),
          harms: parts.flatMap(({ harms }) => harms),
          takenBack: parts.flatMap(({ takenBack }) => takenBack),
        },
      ];
    }),
  );
}

function ruleLine(
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
