import { type RolloutDefinition, SHARE_TOTAL, type Stage } from '../../domain/index.ts';

/** Where a coverage stands in the plan. */
export interface StagePosition {
  /** Index of the highest stage reached; −1 below the first one. */
  readonly index: number;
  /** The stage of that index; below the first stage, the first. */
  readonly stage: Stage;
}

/** The stage that a coverage has reached; a coverage between two stages belongs to the lower one. */
export function stageAt({ stages }: Pick<RolloutDefinition, 'stages'>, coverage: number): StagePosition {
  const index = stages.findLastIndex((stage) => stage.coverage <= coverage);
  const stage = stages[Math.max(index, 0)];
  if (stage === undefined) throw new Error('a rollout has at least one stage');
  return { index, stage };
}

/** The next planned stage above a coverage; undefined at the last one. */
export function stageAfter({ stages }: Pick<RolloutDefinition, 'stages'>, coverage: number): Stage | undefined {
  return stages.find((stage) => stage.coverage > coverage);
}

/**
 * The furthest coverage that one move may aim at: one stage may be skipped, and none on the way past one half.
 *
 * Below one half most users are still untouched; whoever goes beyond has been there first, if the plan has such a stage.
 */
export function furthestStage({ stages }: Pick<RolloutDefinition, 'stages'>, coverage: number): number {
  const [next, afterNext] = stages.filter((stage) => stage.coverage > coverage);
  if (next === undefined) return coverage;
  if (afterNext === undefined) return next.coverage;
  const isOnThisSide = next.coverage > SHARE_TOTAL / 2 || afterNext.coverage <= SHARE_TOTAL / 2;
  return isOnThisSide ? afterNext.coverage : next.coverage;
}
