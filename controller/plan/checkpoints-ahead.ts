import type { Checkpoint, CheckpointNow, Rollout, RolloutState, Surroundings } from '../../domain/index.ts';
import { steeringAt } from '../../domain/index.ts';

/** The checkpoints that a rollout has not passed, each with the votes on it, the next one first. */
export function checkpointsAhead(
  { approvals, twoPersonRule, plannedBy, startedBy }: Surroundings,
  { definition, state }: Rollout,
  nowMs: number,
): readonly CheckpointNow[] {
  const generation = votedGenerationOf(state);
  const { votes = [] } = steeringAt(state.steering, nowMs);
  const owners = twoPersonRule ? [plannedBy, startedBy].filter((owner) => owner !== null) : [];
  return strictest([...(definition.approvals ?? []), ...approvals])
    .filter(({ beyond }) => state.coverage <= beyond)
    .map((checkpoint) => ({
      ...checkpoint,
      votes: votes.filter((vote) => vote.generation === generation && vote.beyond === checkpoint.beyond),
      ownedBy: [...new Set(owners)],
    }));
}

/** The run that votes are about now: of a rollout that was rolled back, the one that a retry would begin. */
export function votedGenerationOf({ phase, generation }: RolloutState): number {
  return phase === 'rolledBack' ? generation + 1 : generation;
}

/** Each coverage once, with the most approvers that anybody asks for. */
function strictest(checkpoints: readonly Checkpoint[]): readonly Required<Checkpoint>[] {
  const approversAt = new Map<number, number>();
  for (const { beyond, approvers = 1 } of checkpoints)
    approversAt.set(beyond, Math.max(approvers, approversAt.get(beyond) ?? 1));
  return [...approversAt]
    .map(([beyond, approvers]) => ({ beyond, approvers }))
    .sort((one, other) => one.beyond - other.beyond);
}
