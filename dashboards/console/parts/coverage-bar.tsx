import type { Rollout } from '../api/answers.ts';
import { percentOfShare } from '../format/numbers.ts';

/** Coverage on the way through the stages of the plan, which are marked. */
export function CoverageBar({ definition, state }: Rollout) {
  return (
    <div class="flex items-center gap-2">
      <div class="relative h-2 grow overflow-hidden rounded-full bg-base-300" aria-hidden="true">
        <div
          class={`h-full ${state.phase === 'rolledBack' ? 'bg-error' : 'bg-primary'} transition-[width] duration-500`}
          style={{ width: `${state.coverage / 1_000}%` }}
        />
        {definition.stages.map(({ coverage }) => (
          <span
            key={coverage}
            class="absolute top-0 h-full w-px bg-base-content/30"
            style={{ left: `${coverage / 1_000}%` }}
          />
        ))}
      </div>
      <span class="number w-14 shrink-0 text-right whitespace-nowrap">{percentOfShare(state.coverage)}</span>
    </div>
  );
}
