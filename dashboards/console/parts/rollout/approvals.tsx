import { useState } from 'preact/hooks';
import type { Approvals as ApprovalsAnswer, Rollout, Vote } from '../../api/answers.ts';
import { percentOfShare } from '../../format/numbers.ts';
import { moveRollout } from '../../state/move-rollout.ts';
import { may } from '../../state/session.ts';
import { Actor } from '../actor.tsx';
import { ConfirmDialog } from '../confirm-dialog.tsx';
import { Moment } from '../moment.tsx';

type Checkpoint = ApprovalsAnswer['checkpoints'][number];
type Asked = { readonly vote: Vote['vote']; readonly checkpoint: Checkpoint; readonly revision: number };

/** The checkpoints ahead, who has voted on each, and a vote of one's own. */
export function Approvals({
  rollout,
  approvals,
  again,
}: {
  readonly rollout: Rollout;
  readonly approvals: ApprovalsAnswer;
  readonly again: () => void;
}) {
  const [asked, setAsked] = useState<Asked>();
  if (approvals.checkpoints.length === 0) return null;
  const ask = (vote: Vote['vote'], checkpoint: Checkpoint) =>
    setAsked({ vote, checkpoint, revision: rollout.state.revision });
  return (
    <section class="panel grid gap-3" aria-labelledby="approvals">
      <h2 id="approvals">Approvals</h2>
      <ul class="grid gap-3">
        {approvals.checkpoints.map((checkpoint) => (
          <li key={checkpoint.beyond} class="grid items-start gap-x-4 gap-y-2 sm:grid-cols-[12.5rem_1fr_auto]">
            <span>
              {placeOf(checkpoint)} <Standing checkpoint={checkpoint} />
            </span>
            <Votes checkpoint={checkpoint} />
            {may('approve') && (
              <span class="flex gap-2">
                <button type="button" class="btn btn-sm" onClick={() => ask('approve', checkpoint)}>
                  Approve
                </button>
                <button type="button" class="btn btn-sm btn-ghost" onClick={() => ask('decline', checkpoint)}>
                  Decline
                </button>
              </span>
            )}
          </li>
        ))}
      </ul>
      {asked && (
        <ConfirmDialog
          title={`${asked.vote === 'approve' ? 'Approve' : 'Decline'} ${rollout.definition.rollout} ${placeOf(asked.checkpoint)}?`}
          label={asked.vote === 'approve' ? 'Approve' : 'Decline'}
          isGrave={asked.vote === 'decline'}
          needsReason={asked.vote === 'decline'}
          act={(reason) => {
            const body = { beyond: asked.checkpoint.beyond, ...(reason === '' ? {} : { reason }) };
            return moveRollout(rollout, { verb: asked.vote, body, revision: asked.revision }, again);
          }}
          close={() => setAsked(undefined)}
        >
          {asked.vote === 'approve'
            ? 'It may pass as soon as enough people approve and its gates are passed. The vote counts for a week, and can be taken back by declining.'
            : 'It stays below for a week or until you approve, however many others do. A rollback needs nobody.'}
        </ConfirmDialog>
      )}
    </section>
  );
}

function Standing({ checkpoint }: { readonly checkpoint: Checkpoint }) {
  const { isPassable, votes, approvedBy, approvers } = checkpoint;
  if (isPassable) return <span class="badge badge-soft badge-success badge-sm">open</span>;
  return votes.some(({ vote }) => vote === 'decline') ? (
    <span class="badge badge-soft badge-error badge-sm">declined</span>
  ) : (
    <span class="badge badge-soft badge-warning badge-sm">
      {approvedBy.length} of {approvers}
    </span>
  );
}

function Votes({ checkpoint: { votes, ownedBy } }: { readonly checkpoint: Checkpoint }) {
  if (votes.length === 0) return <span class="quiet">nobody has voted</span>;
  return (
    <ul class="grid min-w-0 gap-1">
      {votes.map(({ vote, owner, ownerName, reason, untilMs }) => (
        <li key={owner}>
          <span class={vote === 'approve' ? 'text-success' : 'text-error'}>
            {vote === 'approve' ? 'approved' : 'declined'}
          </span>{' '}
          by <Actor actor={owner} name={ownerName} />
          {reason && `: ${reason}`}{' '}
          <span class="quiet">
            {vote === 'approve' && ownedBy.includes(owner) && 'does not count: it is their own, '}
            until <Moment atMs={untilMs} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function placeOf({ beyond }: Checkpoint): string {
  return beyond === 0 ? 'to start' : `beyond ${percentOfShare(beyond)}`;
}
