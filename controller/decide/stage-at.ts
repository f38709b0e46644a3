import type { RolloutDefinition, Stage } from '../../domain/index.ts';

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
