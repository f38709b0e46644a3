import type { ModelReview } from '../../api/learning-answers.ts';
import { linkTo } from '../../state/route.ts';
import { Moment } from '../moment.tsx';
import { Alarms } from './alarms.tsx';
import { BandTable } from './band-table.tsx';
import { Calibration } from './calibration.tsx';
import { InputDrifts } from './input-drifts.tsx';

/** Whether the model in use still fits what it sees, as of the newest nightly look. */
export function ModelFit({
  review,
  hasPage = false,
  isInUse = true,
}: {
  readonly review: ModelReview;
  /** Whether there is another page about the model; of a shipped one there is none. */
  readonly hasPage?: boolean;
  /** Whether it is still what decisions ask. */
  readonly isInUse?: boolean;
}) {
  const { kind, modelId, atMs, sinceMs, against, wasTakenBack } = review;
  return (
    <section class="panel grid gap-4" aria-labelledby="fit">
      <div>
        <h2 id="fit">Does the {kind} model still fit?</h2>
        <p class="quiet">
          {hasPage ? (
            <a class="link" href={linkTo('models', modelId)}>
              {modelId}
            </a>
          ) : (
            modelId
          )}
          , looked at <Moment atMs={atMs} />, by what was decided since <Moment atMs={sinceMs} />
        </p>
        {!isInUse && (
          <p class="text-warning">It is not in use any more; its successor is looked at in the next night.</p>
        )}
      </div>
      {against.length > 0 && (
        <div class={`alert alert-soft ${wasTakenBack ? 'alert-warning' : 'alert-error'}`}>
          <p>
            {wasTakenBack ? 'It was taken back. ' : isInUse ? 'It should go, and only people move it. ' : ''}
            {against.join(' ')}
          </p>
        </div>
      )}
      <div class="grid gap-x-8 gap-y-5 md:grid-cols-2">
        <Alarms review={review} />
        {/* Only a risk model says how likely harm is, and can miss it; forecasters and ramp policies have no inputs of training. */}
        {kind === 'risk' && <Calibration calibration={review.calibration} />}
        {(kind === 'risk' || kind === 'novelty') && <InputDrifts review={review} />}
        {kind === 'risk' && <BandTable byBand={review.byBand} />}
      </div>
    </section>
  );
}

/** What is said of the model in use before anybody has looked at it. */
export function NoModelFit() {
  return (
    <section class="panel grid gap-2" aria-labelledby="fit">
      <h2 id="fit">Does the risk model still fit?</h2>
      <p class="quiet">
        Nobody has looked yet. Every night, between 1 and 3 o’clock UTC, the model in use is looked at through the
        decisions that asked it: drift of its inputs, predicted against realised harm, false alarms. There are such
        decisions where a rollout’s <code>riskModel</code> is <code>hold</code> or <code>rollback</code>.
      </p>
    </section>
  );
}
