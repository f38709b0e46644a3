import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { NameSchema, ShareSchema, TimestampMsSchema } from '../../domain/schema/index.ts';
import { historyPoint } from '../rollout-history.ts';
import { type Dependencies, knownScope } from './dependencies.ts';
import { findRollout } from './find-rollout.ts';

const admin = { access: 'admin' } as const;
const MAX_POINTS = 1_000;
const OptionalNumber = Type.Union([Type.Null(), Type.Number()]);
const ReasonSchema = Type.Object({
  code: Type.String(),
  message: Type.String(),
  releasedBy: Type.Optional(Type.String()),
});
const DecisionSchema = Type.Object({
  action: Type.String(),
  coverage: ShareSchema,
  reasons: Type.Array(ReasonSchema),
});
const PointSchema = Type.Object({
  atMs: TimestampMsSchema,
  decidedAtMs: TimestampMsSchema,
  action: Type.String(),
  coverage: ShareSchema,
  reason: Type.Union([Type.Null(), ReasonSchema]),
  treatments: Type.Array(
    Type.Object({
      treatment: Type.String(),
      log10: Type.Number({ description: 'Evidence of harm of all guardrails together.' }),
      lineLog10: Type.Number({ description: 'The line that rolls back.' }),
      guardrails: Type.Array(
        Type.Object({
          metric: Type.String(),
          treatment: OptionalNumber,
          control: OptionalNumber,
          ratio: OptionalNumber,
          lower: OptionalNumber,
          upper: OptionalNumber,
          log10: Type.Number(),
        }),
      ),
    }),
  ),
  budgetLeft: OptionalNumber,
});

/** Looking back at decisions: the newest of every rollout, and how one rollout has come to where it stands. */
export const decisionRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { decisions } = deps.storage;

    app.get(
      '/environments/:environment/decisions',
      {
        config: admin,
        schema: {
          summary: 'The newest decision of every rollout',
          params: Type.Object({ environment: NameSchema }),
          response: {
            200: Type.Object({
              decisions: Type.Array(
                Type.Object({
                  rollout: NameSchema,
                  generation: Type.Integer(),
                  windowEndMs: TimestampMsSchema,
                  decidedAtMs: TimestampMsSchema,
                  decision: DecisionSchema,
                }),
              ),
            }),
          },
        },
      },
      async (request) => {
        const newest = await decisions.listNewest(await knownScope(deps, request, request.params.environment));
        return {
          decisions: newest.map((summary) => ({
            ...summary,
            decision: { ...summary.decision, reasons: [...summary.decision.reasons] },
          })),
        };
      },
    );

    app.get(
      '/environments/:environment/rollouts/:rollout/history',
      {
        config: admin,
        schema: {
          summary: 'Coverage, evidence and effects over time, oldest first: one point per official decision',
          description:
            'At most about "limit" points, evenly thinned out in time. Go on with the last "atMs" in "after"; the rollback comes every time. The line of all guardrails together, their rates, p95 or means, and effects with intervals that hold at all times.',
          params: Type.Object({ environment: NameSchema, rollout: NameSchema }),
          querystring: Type.Object({
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_POINTS })),
            after: Type.Optional(TimestampMsSchema),
            generation: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647 })),
          }),
          response: { 200: Type.Object({ generation: Type.Integer(), points: Type.Array(PointSchema) }) },
        },
      },
      async (request) => {
        const { scope, rollout } = await findRollout(deps, request, request.params);
        const { limit = 300, after: afterMs = 0, generation = rollout.state.generation } = request.query;
        const past = await decisions.readHistory(scope, rollout.definition.rollout, generation, { afterMs, limit });
        // The answer's schema wants arrays of its own.
        return { generation, points: past.map(historyPoint) as unknown as PointsAnswer };
      },
    );
  };

type PointsAnswer = Type.Static<typeof PointSchema>[];
