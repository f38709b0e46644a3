import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { ModelReview } from '../../domain/index.ts';
import { NameSchema, TimestampMsSchema } from '../../domain/schema/index.ts';
import { type Dependencies, knownScope } from './dependencies.ts';

const CountSchema = Type.Integer({ minimum: 0 });
const ShareSchema = Type.Number({ minimum: 0, maximum: 1 });
const Harm = { predicted: Type.Number(), realised: Type.Number() };

const ReviewAnswer = Type.Object({
  kind: Type.String(),
  modelId: Type.String(),
  atMs: TimestampMsSchema,
  sinceMs: TimestampMsSchema,
  rollouts: Type.Object({ count: CountSchema, novel: CountSchema, novelLine: ShareSchema, leastCount: CountSchema }),
  alarms: Type.Object({
    runs: CountSchema,
    alarms: CountSchema,
    nominalShare: ShareSchema,
    log10: Type.Number(),
    lineLog10: Type.Number(),
  }),
  drift: Type.Union([
    Type.Null(),
    Type.Array(Type.Object({ feature: Type.String(), index: Type.Number(), days: CountSchema })),
  ]),
  driftLine: Type.Number(),
  calibration: Type.Union([
    Type.Null(),
    Type.Object({
      rollouts: CountSchema,
      ...Harm,
      pValue: Type.Union([Type.Null(), Type.Number()]),
      bins: Type.Array(Type.Object({ count: CountSchema, ...Harm })),
    }),
  ]),
  byBand: Type.Array(
    Type.Object({
      band: Type.String(),
      benign: CountSchema,
      falseAlarms: CountSchema,
      harmful: CountSchema,
      missed: CountSchema,
    }),
  ),
  against: Type.Array(Type.String()),
  wasTakenBack: Type.Boolean(),
});

/** Whether the models in use still fit what they see, as of the last night. */
export const modelReviewRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/environments/:environment/model-reviews',
      {
        config: { access: 'admin' },
        schema: {
          summary: 'Show what the last nightly look at the model in use has found: drift, calibration, alarms, novelty',
          description:
            'At most one of each kind: risk and novelty models, shipped ones too once decisions have asked them, forecasters, and ramp policies. ' +
            'alarms are healthy rollouts that were called harmful, novel or unusual, or taken back under a ramp policy. ' +
            'drift is the population stability of the last week against training: null where that is not known, empty ' +
            'below 20 rollouts. The lines are those of that night.',
          params: Type.Object({ environment: NameSchema }),
          response: { 200: Type.Object({ reviews: Type.Array(ReviewAnswer) }) },
        },
      },
      async (request) => {
        const scope = await knownScope(deps, request, request.params.environment);
        return { reviews: (await deps.storage.modelReviews.list(scope)).map(answerOf) };
      },
    );
  };

function answerOf(review: ModelReview) {
  const { drift, calibration, byBand, against } = review;
  return {
    ...review,
    drift: drift && [...drift],
    calibration: calibration && { ...calibration, bins: [...calibration.bins] },
    byBand: [...byBand],
    against: [...against],
  };
}
