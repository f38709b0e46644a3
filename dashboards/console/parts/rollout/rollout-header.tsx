import { percentOfShare } from '../../format/numbers.ts';
import type { ReadRollout } from '../../state/read-rollout.ts';
import { linkTo } from '../../state/route.ts';
import { CoverageBar } from '../coverage-bar.tsx';
import { Moment } from '../moment.tsx';
import { PhaseBadge } from '../phase-badge.tsx';
import { VerbButtons } from './verb-buttons.tsx';

/** What it is, where it stands, and what can be done with it. */
export function RolloutHeader({ content, again }: { readonly content: ReadRollout; readonly again: () => void }) {
  const { rollout, explain } = content;
  const { definition, state } = rollout;
  return (
    <section class="panel grid gap-3" aria-labelledby="rollout">
      <div class="flex flex-wrap items-start gap-3">
        <div class="mr-auto min-w-0">
          <p class="quiet text-xs">
            <a class="link-hover link" href={linkTo('rollouts')}>
              Rollouts
            </a>
            {' / '}
          </p>
          <h1 id="rollout" class="flex flex-wrap items-center gap-2">
            {definition.rollout} <PhaseBadge state={state} />
          </h1>
          <p class="quiet">
            <a class="link" href={linkTo('flags', definition.flag)}>
              {definition.flag}
            </a>
            {': '}
            {definition.control} → {definition.treatments.map(({ variant }) => variant).join(', ')}
          </p>
        </div>
        <VerbButtons rollout={rollout} explain={explain} again={again} />
      </div>
      <CoverageBar {...rollout} />
      <p class="quiet text-xs" aria-live="polite">
        {state.phase === 'draft' ? (
          'Not started yet.'
        ) : (
          <>
            At {percentOfShare(state.coverage)} coverage since <Moment atMs={state.coverageSinceMs} />
            {state.startedAtMs !== null && (
              <>
                , started <Moment atMs={state.startedAtMs} />
              </>
            )}
            .
          </>
        )}
      </p>
    </section>
  );
}
