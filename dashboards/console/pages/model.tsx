import { useState } from 'preact/hooks';
import type { Answer, Api } from '../api/api.ts';
import type { ModelAnswer, ModelRecord, ModelReview, ModelReviewsAnswer } from '../api/learning-answers.ts';
import { CHAMPION_WORDS, ChampionButtons } from '../parts/champion-buttons.tsx';
import { Figures } from '../parts/figures.tsx';
import { ModelFit } from '../parts/model/model-fit.tsx';
import { ModelStateBadge } from '../parts/model-state-badge.tsx';
import { Moment } from '../parts/moment.tsx';
import { ReadPage } from '../parts/read-page.tsx';
import { linkTo } from '../state/route.ts';
import { inEnvironment } from '../state/session.ts';
import { useReading } from '../state/use-reading.ts';

/** One model: its card, metrics, calibration and origin, and how it came into use. */
export function ModelPage({ model: modelId }: { readonly model: string }) {
  const reading = useReading({
    of: `model ${modelId}`,
    read: (api) => readModel(api, modelId),
    concerns: (rollouts) => rollouts === null,
  });
  return (
    <ReadPage reading={reading}>
      {({ body: { model, lineage, moves }, etag, review }) => (
        <>
          <section class="panel flex flex-wrap items-start gap-3">
            <div class="mr-auto min-w-0">
              <p class="quiet text-xs">
                <a class="link link-hover" href={linkTo('models')}>
                  Models
                </a>
                {' / '}
              </p>
              <h1 class="flex flex-wrap items-center gap-2">
                {model.modelId} <ModelStateBadge state={model.state} />
              </h1>
              <p class="quiet">
                {model.kind}, {model.environment ?? 'all environments'}, made <Moment atMs={model.createdAtMs} /> from
                what was known <Moment atMs={model.cutOffMs} />
              </p>
              <p>{model.reason}</p>
            </div>
            <ChampionButtons model={model} etag={etag} again={reading.again} />
          </section>
          {review !== undefined && <ModelFit review={review} isInUse={model.state === 'champion'} />}
          <div class="grid items-start gap-4 md:grid-cols-2">
            <Figures title="Metrics" value={withoutReference(model.metrics)} />
            <Figures title="Calibration" value={model.calibration} />
          </div>
          {model.modelCard !== '' && (
            <section class="panel grid gap-2" aria-labelledby="card">
              <h2 id="card">Model card</h2>
              <pre class="max-w-3xl text-[0.9rem] leading-relaxed whitespace-pre-wrap">{model.modelCard}</pre>
            </section>
          )}
          <Moves moves={moves} />
          <Figures
            title="Origin"
            value={{
              parents: lineage,
              dataSet: model.dataSetHash,
              artefact: model.artefactSha256,
              code: model.codeVersion,
              backend: model.backend,
              simulator: model.simulatorVersion,
              seeds: model.seeds,
              hyperParameters: model.hyperParameters,
            }}
          />
        </>
      )}
    </ReadPage>
  );
}

/** How inputs and scores were distributed in training is no figure for people: hundreds of edges of bins. */
function withoutReference({ inputs: _, scores: __, ...metrics }: ModelRecord['metrics']): ModelRecord['metrics'] {
  return metrics;
}

async function readModel(
  api: Api,
  modelId: string,
): Promise<Answer<ModelAnswer> & { readonly review: ModelReview | undefined }> {
  const [model, { body }] = await Promise.all([
    api.call<ModelAnswer>('GET', inEnvironment(`/models/${encodeURIComponent(modelId)}`)),
    api.call<ModelReviewsAnswer>('GET', inEnvironment('/model-reviews')),
  ]);
  return { ...model, review: body.reviews.find((review) => review.modelId === modelId) };
}

function Moves({ moves }: Pick<ModelAnswer, 'moves'>) {
  const [isLong, setIsLong] = useState(false);
  if (moves.length === 0) return null;
  return (
    <section class="panel grid gap-2" aria-labelledby="moves">
      <h2 id="moves">Champions of this kind</h2>
      <ol class="grid gap-2">
        {moves.slice(0, isLong ? undefined : 5).map((move) => (
          <li key={move.revision} class="grid gap-x-4 sm:grid-cols-[9rem_8rem_1fr]">
            <span class="quiet">
              <Moment atMs={move.atMs} />
            </span>
            <span>{CHAMPION_WORDS[move.verb] ?? move.verb}</span>
            <span class="min-w-0">
              {move.modelId ?? 'none'}{' '}
              <span class="quiet">
                · {move.reason} · {move.actor}
              </span>
            </span>
          </li>
        ))}
      </ol>
      {moves.length > 5 && !isLong && (
        <button type="button" class="btn btn-ghost btn-sm justify-self-start" onClick={() => setIsLong(true)}>
          Show all {moves.length}
        </button>
      )}
    </section>
  );
}
