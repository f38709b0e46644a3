import {
  type Authorship,
  type CheckpointNow,
  Problem,
  type Rollout,
  type RolloutMove,
  type RolloutPhase,
  type Surroundings,
  steeringAt,
  type Vote,
} from '../../domain/index.ts';
import { coverageInWords } from '../decide/words.ts';
import { checkpointsAhead, votedGenerationOf } from './checkpoints-ahead.ts';
import { requireWordEnd } from './steer.ts';

/** What somebody thinks of passing a checkpoint; without `beyond`, of the next one. */
export interface VoteWish {
  readonly verb: Vote['vote'];
  readonly beyond?: number;
  /** When it stops counting by itself; absent: after a week. */
  readonly untilMs?: number;
}

/** Who approved a week ago did not know what has been seen since. */
const VOTE_MS = 7 * 24 * 3_600_000;

/** Before it starts, while it is in progress, and before it is tried again. */
const VOTED_IN: readonly RolloutPhase[] = ['draft', 'running', 'paused', 'rolledBack'];

/** The move that a vote is, as a compare-and-set; it takes the place of the same person's vote before. */
export function voteMove(
  wish: VoteWish,
  { rollout, surroundings }: { readonly rollout: Rollout; readonly surroundings: Surroundings },
  { actor, reason = '', ifRevision = rollout.state.revision }: Authorship & { readonly ifRevision?: number },
  nowMs: number,
): RolloutMove {
  const { verb, beyond, untilMs = nowMs + VOTE_MS } = wish;
  const { state } = rollout;
  const checkpoint = checkpointOf(beyond, rollout, checkpointsAhead(surroundings, rollout, nowMs));
  if (verb === 'approve') requireOther(actor, rollout, checkpoint);
  requireWordEnd(untilMs, nowMs);
  const generation = votedGenerationOf(state);
  const { votes = [], ...said } = steeringAt(state.steering, nowMs);
  const others = votes.filter(
    (vote) => vote.generation === generation && (vote.owner !== actor || vote.beyond !== checkpoint.beyond),
  );
  const vote = { vote: verb, beyond: checkpoint.beyond, generation, owner: actor, reason, atMs: nowMs, untilMs };
  return {
    verb,
    fromPhases: VOTED_IN,
    actor,
    ...(reason === '' ? {} : { reason }),
    ifRevision,
    phase: state.phase,
    steering: { ...said, votes: [...others, vote] },
  };
}

function checkpointOf(beyond: number | undefined, { definition, state }: Rollout, ahead: readonly CheckpointNow[]) {
  const found = beyond === undefined ? ahead[0] : ahead.find((checkpoint) => checkpoint.beyond === beyond);
  if (found !== undefined && !state.isArchived && VOTED_IN.includes(state.phase)) return found;
  const name = `"${definition.rollout}"`;
  const others = ahead.map((checkpoint) => `beyond ${coverageInWords(checkpoint.beyond)}`).join(', ');
  const hint = others === '' ? 'it has none ahead' : `ahead are: ${others}`;
  const asked = beyond === undefined ? 'no checkpoint' : `no checkpoint beyond ${coverageInWords(beyond)}`;
  throw new Problem('nothingToApprove', `${name} is ${state.phase} and has ${asked} to vote on; ${hint}`);
}

function requireOther(actor: string, { definition }: Rollout, { ownedBy }: CheckpointNow): void {
  if (!ownedBy.includes(actor)) return;
  throw new Problem(
    'secondPersonNeeded',
    `${actor} planned or started "${definition.rollout}", and the environment has a two-person rule`,
  );
}
