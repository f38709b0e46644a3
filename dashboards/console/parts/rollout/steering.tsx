import { useState } from 'preact/hooks';
import { steeringAt } from '../../../../domain/index.ts';
import type { Rollout } from '../../api/answers.ts';
import { MODE_WORDS } from '../../format/words.ts';
import { nowMs } from '../../state/clock.ts';
import { may } from '../../state/session.ts';
import { Moment } from '../moment.tsx';
import { SteerDialog, type SteerVerb } from './steer-dialog.tsx';

/** What people have said beside the plan, and what else they may say. */
export function Steering({
  rollout,
  verbs,
  again,
}: {
  readonly rollout: Rollout;
  readonly verbs: readonly string[];
  readonly again: () => void;
}) {
  const [asked, setAsked] = useState<{
    readonly verb: SteerVerb;
    readonly metric?: string;
    readonly revision: number;
  }>();
  if (!verbs.includes('mode')) return null;
  const { mode, pin, overrides } = steeringAt(rollout.state.steering, nowMs.value);
  const button = (verb: SteerVerb, label: string, metric?: string) =>
    may('release') &&
    verbs.includes(verb) && (
      <button
        type="button"
        class="btn btn-ghost btn-xs"
        onClick={() =>
          setAsked({ verb, revision: rollout.state.revision, ...(metric === undefined ? {} : { metric }) })
        }
      >
        {label}
      </button>
    );
  return (
    <section class="panel" aria-label="By hand">
      <dl class="grid gap-x-6 gap-y-2 md:grid-cols-3">
        <div>
          <dt class="quiet text-xs">mode</dt>
          <dd>
            <span class={mode === 'automatic' ? '' : 'text-warning'}>{MODE_WORDS[mode]}</span>{' '}
            {button('mode', 'Change mode')}
          </dd>
        </div>
        <div>
          <dt class="quiet text-xs">coverage</dt>
          <dd>
            {pin === null ? (
              'moves by the plan '
            ) : (
              <span class="text-warning">
                pinned until <Moment atMs={pin.untilMs} /> by {pin.owner}
                {pin.reason && `: ${pin.reason}`}{' '}
              </span>
            )}
            {pin === null ? button('jump', 'Jump') : button('unpin', 'Unpin')}
            {button('pin', 'Pin')}
          </dd>
        </div>
        <div>
          <dt class="quiet text-xs">guardrails</dt>
          <dd class="grid gap-1">
            {overrides.map(({ metric, owner, reason, untilMs }) => (
              <span key={metric} class="text-warning">
                {metric} ignored until <Moment atMs={untilMs} /> by {owner}
                {reason && `: ${reason}`} {button('restore', `Restore ${metric}`, metric)}
              </span>
            ))}
            <span>
              {overrides.length === 0 && 'all count '}
              {button('override', 'Ignore a guardrail')}
            </span>
          </dd>
        </div>
      </dl>
      {asked && (
        <SteerDialog key={asked.verb} {...asked} rollout={rollout} again={again} close={() => setAsked(undefined)} />
      )}
    </section>
  );
}
