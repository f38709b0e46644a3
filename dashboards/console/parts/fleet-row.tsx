import type { DecisionSummary, RestrictionsAnswer, Rollout } from '../api/answers.ts';
import { CHANGE_WORDS } from '../format/words.ts';
import { linkTo } from '../state/route.ts';
import { CoverageBar } from './coverage-bar.tsx';
import { Moment } from './moment.tsx';
import { PhaseBadge } from './phase-badge.tsx';
import { RestrictionBadges } from './restriction-badges.tsx';

/** One rollout of the fleet: its phase, coverage, age, and the newest decision in words. */
export function FleetRow({
  rollout,
  newest,
  restrictions,
}: {
  readonly rollout: Rollout;
  readonly newest: DecisionSummary | undefined;
  readonly restrictions: RestrictionsAnswer['restrictions'][number] | undefined;
}) {
  const { definition, state } = rollout;
  return (
    <li class="relative grid items-center gap-x-6 gap-y-2 p-4 hover:bg-base-200/60 md:grid-cols-[14rem_13rem_1fr]">
      <div class="min-w-0">
        <a href={linkTo('rollouts', definition.rollout)} class="font-semibold after:absolute after:inset-0">
          {definition.rollout}
        </a>
        <p class="quiet truncate text-xs">
          {definition.flag}: {definition.control} → {definition.treatments.map(({ variant }) => variant).join(', ')}
        </p>
      </div>
      <div class="grid gap-1">
        <CoverageBar {...rollout} />
        <p class="flex flex-wrap items-center gap-2 text-xs">
          <PhaseBadge state={state} />
          <RestrictionBadges rollout={rollout} restrictions={restrictions} />
          {state.startedAtMs !== null && (
            <span class="quiet">
              started <Moment atMs={state.startedAtMs} isAge /> ago
            </span>
          )}
        </p>
      </div>
      <div class="min-w-0 text-[0.9rem]">{wordsOf(rollout, newest)}</div>
    </li>
  );
}

function wordsOf({ state, definition }: Rollout, newest: DecisionSummary | undefined) {
  if (state.phase === 'draft') return <span class="quiet">a draft: open it to start it</span>;
  const isOfThisRun = newest !== undefined && newest.generation === state.generation;
  if (!isOfThisRun) return <span class="quiet">no window has closed yet; the first decision comes with it</span>;
  const { decision, decidedAtMs } = newest;
  const [first, ...others] = decision.reasons;
  const isHold = decision.action === 'hold';
  const isOver = state.phase === 'completed' || state.phase === 'rolledBack';
  // A person may have had the last word.
  const isByHand = isOver && decision.action !== (state.phase === 'completed' ? 'complete' : 'rollback');
  if (isByHand) return <span class="quiet">ended by hand; flag “{definition.flag}” shows what is served</span>;
  return (
    <p class="line-clamp-3">
      <span class={isHold ? 'quiet' : 'font-medium'}>{isHold ? 'waits' : CHANGE_WORDS[decision.action]}</span>
      {': '}
      {first?.message}
      {others.length > 0 && <span class="quiet"> and {others.length} more</span>}
      <span class="quiet text-xs">
        {' · '}
        <Moment atMs={decidedAtMs} isAge /> ago
      </span>
    </p>
  );
}
