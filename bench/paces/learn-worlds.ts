import type { LearnedRollout } from '../../models/index.ts';
import type { PaceWorld } from '../../simulation/index.ts';
import { learnedFrom } from '../../simulation/index.ts';

/** ω: a simulated world says less than a rollout of one's own. */
const SIMULATED = 0.3;

/**
 * What worlds teach in which every pace was played.
 *
 * What a world costs whatever one does hides what a pace costs, and is known of every world: so its means are taken off inputs and
 * costs, and learned apart, as one rollout. Both together are a regression with a level of its own for each world.
 */
export function learnWorlds(worlds: readonly PaceWorld[]): readonly LearnedRollout[] {
  return worlds.flatMap(({ choice, runs }) => {
    if (choice === null) return [];
    const rows = runs.map(({ costs }, taken) => learnedFrom({ ...choice, taken }, costs, SIMULATED));
    const mean: LearnedRollout = {
      ...rows[0]!,
      inputs: meanOf(rows.map(({ inputs }) => inputs)),
      costs: meanOf(rows.map(({ costs }) => costs)),
    };
    return [mean, ...rows.map((row) => beside(row, mean))];
  });
}

function beside(row: LearnedRollout, mean: LearnedRollout): LearnedRollout {
  const less = (values: readonly number[], means: readonly number[]) => values.map((value, i) => value - means[i]!);
  return { ...row, inputs: less(row.inputs, mean.inputs), costs: less(row.costs, mean.costs) };
}

function meanOf(rows: readonly (readonly number[])[]): readonly number[] {
  return rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length);
}
