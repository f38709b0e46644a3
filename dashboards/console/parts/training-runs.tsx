import type { TrainingRunsAnswer } from '../api/learning-answers.ts';
import { percent } from '../format/numbers.ts';
import { Moment } from './moment.tsx';

/** The newest training runs and what became of them. */
export function TrainingRuns({ trainingRuns }: TrainingRunsAnswer) {
  if (trainingRuns.length === 0) return null;
  return (
    <section class="panel grid gap-3" aria-labelledby="runs">
      <h2 id="runs">Training runs</h2>
      <ul class="grid gap-2">
        {trainingRuns.map(({ runId, kind, state, trigger, progress, failure, createdAtMs }) => (
          <li key={runId} class="grid gap-x-4 sm:grid-cols-[9rem_8rem_7rem_1fr]">
            <span class="quiet">
              <Moment atMs={createdAtMs} />
            </span>
            <span>{kind}</span>
            <span class={state === 'failed' ? 'text-error' : ''}>{state}</span>
            <span class="quiet min-w-0">
              {failure ?? `${percent(progress.share)} ${progress.words}`} · {trigger}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
