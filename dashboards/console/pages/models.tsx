import type { Api } from '../api/api.ts';
import type { ModelReviewsAnswer, ModelsAnswer, TrainingRunsAnswer } from '../api/learning-answers.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { ModelFit, NoModelFit } from '../parts/model/model-fit.tsx';
import { ModelStateBadge } from '../parts/model-state-badge.tsx';
import { Moment } from '../parts/moment.tsx';
import { ReadPage } from '../parts/read-page.tsx';
import { TrainingRuns } from '../parts/training-runs.tsx';
import { linkTo } from '../state/route.ts';
import { inEnvironment } from '../state/session.ts';
import { useReading } from '../state/use-reading.ts';

const STATES = ['champion', 'canary', 'shadow', 'candidate', 'retired'];

/** Models by kind, those in use first, and the training runs that made them. */
export function ModelsPage() {
  const reading = useReading({ read: readModels, of: 'models', concerns: (rollouts) => rollouts === null });
  return (
    <>
      <h1>Models</h1>
      <ReadPage reading={reading}>
        {({ models, reviews, trainingRuns }) => (
          <>
            {models.length === 0 ? <NoModels /> : <ModelList models={models} />}
            <Fits models={models} reviews={reviews} />
            <TrainingRuns trainingRuns={trainingRuns} />
          </>
        )}
      </ReadPage>
    </>
  );
}

function ModelList({ models }: ModelsAnswer) {
  const sorted = [...models].sort(
    (left, right) =>
      left.kind.localeCompare(right.kind) ||
      STATES.indexOf(left.state) - STATES.indexOf(right.state) ||
      right.createdAtMs - left.createdAtMs,
  );
  return (
    <ul class="panel divide-y divide-base-300 p-0">
      {sorted.map((model) => (
        <li
          key={model.modelId}
          class="relative grid gap-x-6 gap-y-1 p-4 hover:bg-base-200/60 sm:grid-cols-[1fr_8rem_7rem_10rem]"
        >
          <a href={linkTo('models', model.modelId)} class="min-w-0 font-semibold after:absolute after:inset-0">
            {model.modelId}
          </a>
          <span class="quiet">{model.kind}</span>
          <span>
            <ModelStateBadge state={model.state} />
          </span>
          <span class="quiet text-xs">
            {model.environment === null ? 'all environments, ' : ''}
            <Moment atMs={model.createdAtMs} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Fits({ models, reviews }: ModelsAnswer & ModelReviewsAnswer) {
  if (reviews.length === 0) return <NoModelFit />;
  return reviews.map((review) => {
    const champions = models.filter(({ kind, state }) => kind === review.kind && state === 'champion');
    // The environment's own comes before the one for all.
    const champion = champions.find(({ environment }) => environment !== null) ?? champions[0];
    const hasPage = models.some(({ modelId }) => modelId === review.modelId);
    const isInUse = champion === undefined ? !hasPage : champion.modelId === review.modelId;
    return <ModelFit key={review.kind} review={review} hasPage={hasPage} isInUse={isInUse} />;
  });
}

function NoModels() {
  return (
    <EmptyState title="No models registered">
      <p>
        Rollouts that ask the risk model use the one that is shipped. When some rollouts are over and labelled, train on
        them with <code>rampwright train</code>; what passes the gate appears here, to be promoted.
      </p>
    </EmptyState>
  );
}

async function readModels(api: Api): Promise<ModelsAnswer & ModelReviewsAnswer & TrainingRunsAnswer> {
  const [models, reviews, runs] = await Promise.all([
    api.call<ModelsAnswer>('GET', inEnvironment('/models?limit=200')),
    api.call<ModelReviewsAnswer>('GET', inEnvironment('/model-reviews')),
    api.call<TrainingRunsAnswer>('GET', inEnvironment('/training-runs?limit=10')),
  ]);
  return { ...models.body, ...reviews.body, ...runs.body };
}
