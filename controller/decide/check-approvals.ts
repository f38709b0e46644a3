import { approvalsOf, type CheckpointNow, type Reason } from '../../domain/index.ts';
import type { Situation } from './observation.ts';
import type { Limit } from './one-half-gate.ts';
import { coverageInWords } from './words.ts';

/** No coverage beyond a checkpoint that people have not agreed to pass. */
export function approvalLimits({ observation }: Pick<Situation, 'observation'>): readonly Limit[] {
  const { checkpoints = [] } = observation.restrictions ?? {};
  return checkpoints.map((checkpoint) => ({ coverage: checkpoint.beyond, reason: approvalReason(checkpoint) }));
}

/** Why a checkpoint is not passed, and who can change that. */
export function approvalReason(checkpoint: CheckpointNow): Reason {
  const { beyond, approvers, votes, ownedBy } = checkpoint;
  const what = beyond === 0 ? 'that it starts' : `that it goes beyond ${coverageInWords(beyond)}`;
  const no = votes.find(({ vote }) => vote === 'decline');
  if (no !== undefined) {
    const until = new Date(no.untilMs).toISOString();
    const why = no.reason === '' ? '' : ` (${no.reason})`;
    return {
      code: 'approvalDeclined',
      message: `${no.owner} declined ${what}${why}`,
      releasedBy: `${no.owner}, who approves after all, or ${until}`,
    };
  }
  const yes = approvalsOf(checkpoint).map(({ owner }) => owner);
  const [need, have] = [approvers === 1 ? 'one approval is' : `${approvers} approvals are`, yes.join(', ') || 'none'];
  const left = approvers - yes.length;
  const except = ownedBy.length === 0 ? '' : `, but not by ${ownedBy.join(' or ')}, who planned or started it`;
  return {
    code: 'approvalNeeded',
    message: `${need} needed ${what}; so far: ${have}`,
    releasedBy: `${left} more "approve" by a key with the scope "approve"${except}`,
  };
}
