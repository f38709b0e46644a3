import type { TimedWord } from './timed-word.ts';

/** A coverage that is not passed before other people have agreed; 0: the rollout does not start before. */
export interface Checkpoint {
  /** Integer out of SHARE_TOTAL. */
  readonly beyond: number;
  /** How many have to approve, ≥ 1; absent: one. */
  readonly approvers?: number;
}

/** What somebody thinks of passing a checkpoint; their owner is who votes. */
export interface Vote extends TimedWord {
  readonly vote: 'approve' | 'decline';
  /** The checkpoint that it is about. */
  readonly beyond: number;
  /** A vote is about one run of a rollout. */
  readonly generation: number;
  readonly atMs: number;
}

/** A checkpoint ahead of a rollout, as it stands at a moment. */
export interface CheckpointNow extends Required<Checkpoint> {
  /** Votes that have not ended, the oldest first; one of each person. */
  readonly votes: readonly Vote[];
  /** Those whose approval does not count, because the rollout is their own. */
  readonly ownedBy: readonly string[];
}

/** Approvals that count. */
export function approvalsOf({ votes, ownedBy }: CheckpointNow): readonly Vote[] {
  return votes.filter(({ vote, owner }) => vote === 'approve' && !ownedBy.includes(owner));
}

/** Whether a rollout may pass: enough people approve, and nobody declines. */
export function isPassable(checkpoint: CheckpointNow): boolean {
  const isDeclined = checkpoint.votes.some(({ vote }) => vote === 'decline');
  return !isDeclined && approvalsOf(checkpoint).length >= checkpoint.approvers;
}
