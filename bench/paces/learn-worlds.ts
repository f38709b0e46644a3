import type { LearnedRollout } from '../../models/index.ts';
import type { PaceWorld } from '../../simulation/index.ts';
import { learnedFrom } from '../../simulation/index.ts';
import { HARMFUL_SHARE } from '../harmful-share.ts';

/** ω: a simulated world says less than a rollout of one's own. */
const SIMULATED = 0.3;

/**
 * What worlds teach in which every pace was played.
 *
 * What a world costs whatever one does hides what a pace costs, and is known of every world: so its means are taken off inputs and
 * costs, and learned apart, as one rollout. Both together are a regression with a level of its own for each world. Half of the
 * public scenarios do harm and a quarter of all rollouts does, so worlds count by their kind.
 */
export function learnWorlds(worlds: readonly PaceWorld[]): readonly LearnedRollout[] {
  const played = worlds.filter(({ choice }) => choice !== null);
  const harmful = played.filter(({ isHarmful }) => isHarmful).length / played.length;
  return played.flatMap(({ choice, runs, isHarmful }) => {
    const importance = SIMULATED * (isHarmful ? HARMFUL_SHARE / harmful : (1 - HARMFUL_SHARE) / (1 - harmful));
    const rows = runs.map(({ costs }, taken) => learnedFrom({ ...choice!, taken }, costs, importance));
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
