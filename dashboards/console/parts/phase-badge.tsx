import type { Rollout } from '../api/answers.ts';
import { PHASE_WORDS } from '../format/words.ts';

const COLOURS: Readonly<Record<Rollout['state']['phase'], string>> = {
  running: 'badge-info',
  paused: 'badge-warning',
  draft: 'badge-neutral',
  completed: 'badge-success',
  rolledBack: 'badge-error',
};

/** The phase of a rollout, in a word and a colour. */
export function PhaseBadge({ state }: Pick<Rollout, 'state'>) {
  return (
    <span class="inline-flex gap-1">
      <span class={`badge badge-soft badge-sm whitespace-nowrap ${COLOURS[state.phase]}`}>
        {PHASE_WORDS[state.phase]}
      </span>
      {state.isArchived && <span class="badge badge-ghost badge-sm">archived</span>}
    </span>
  );
}
