import type { RestrictionsAnswer, Rollout } from '../api/answers.ts';
import { Moment } from './moment.tsx';

const SHARE_TOTAL = 100_000;

/** What people restrict of a rollout now, in a word each: approvals that its next move needs, and freezes. */
export function RestrictionBadges({
  rollout: { definition, state },
  restrictions,
}: {
  readonly rollout: Rollout;
  readonly restrictions: RestrictionsAnswer['restrictions'][number] | undefined;
}) {
  if (restrictions === undefined) return null;
  const { freezes, dependencies, checkpoints } = restrictions;
  const next = definition.stages.find(({ coverage }) => coverage > state.coverage)?.coverage ?? SHARE_TOTAL;
  const inTheWay = checkpoints.filter(({ beyond }) => beyond < next);
  const isDeclined = inTheWay.some(({ votes }) => votes.some(({ vote }) => vote === 'decline'));
  const untilMs = Math.max(...freezes.map((freeze) => freeze.untilMs));
  return (
    <>
      {inTheWay.length > 0 && (
        <span class={`badge badge-soft badge-sm ${isDeclined ? 'badge-error' : 'badge-warning'}`}>
          {isDeclined ? 'declined' : 'needs approval'}
        </span>
      )}
      {freezes.length > 0 && (
        <span class="badge badge-soft badge-info badge-sm" title={freezes.map(({ name }) => name).join(', ')}>
          frozen until <Moment atMs={untilMs} />
        </span>
      )}
      {dependencies.length > 0 && <span class="badge badge-soft badge-sm">waits for others</span>}
    </>
  );
}
