import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { Problem } from '../../domain/index.ts';
import { NameSchema, TimestampMsSchema } from '../../domain/schema/index.ts';
import { actorOf } from './access.ts';
import { type Dependencies, knownScope } from './dependencies.ts';

const admin = { access: 'admin' } as const;
const RolloutParams = Type.Object({ environment: NameSchema, rollout: NameSchema });
const VerdictSchema = Type.Union([Type.Literal('healthy'), Type.Literal('regressed'), Type.Literal('unknown')]);
const GenerationSchema = Type.Integer({ minimum: 1, maximum: 2_147_483_647 });
const LabelIdSchema = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$' });

const LabelInput = Type.Object(
  {
    labelId: Type.Optional(LabelIdSchema),
    verdict: VerdictSchema,
    generation: Type.Optional(GenerationSchema),
    confidence: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    note: Type.Optional(Type.String({ maxLength: 1_000 })),
    atMs: Type.Optional(TimestampMsSchema),
  },
  { additionalProperties: false },
);
const LabelAnswer = Type.Object({
  labelId: Type.String(),
  rollout: Type.String(),
  generation: Type.Integer(),
  verdict: Type.String(),
  source: Type.String(),
  confidence: Type.Number(),
  author: Type.String(),
  note: Type.String(),
  atMs: TimestampMsSchema,
  ingestedAtMs: TimestampMsSchema,
});
const LabelQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
  after: Type.Optional(LabelIdSchema),
  generation: Type.Optional(GenerationSchema),
  knownAtMs: Type.Optional(TimestampMsSchema),
});

/** Labels: what became of a rollout, in the opinion of people and rules. */
export const labelRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { labels, rollouts } = deps.storage;

    app.post(
      '/environments/:environment/rollouts/:rollout/labels',
      {
        config: { ...admin, needs: 'edit' },
        schema: {
          summary: 'Say what became of a generation of a rollout',
          description: 'Labels are never changed: a later one is another opinion. A labelId given twice counts once.',
          params: RolloutParams,
          body: LabelInput,
          response: { 201: LabelAnswer },
        },
      },
      async (request, reply) => {
        const { environment, rollout } = request.params;
        const scope = await knownScope(deps, request, environment);
        const current = await rollouts.readRollout(scope, rollout);
        if (current === undefined) throw new Problem('rolloutNotFound', `"${rollout}"`);
        const { labelId, verdict, generation, confidence = 1, note = '', atMs } = request.body;
        const label = await labels.append(scope, {
          labelId: labelId ?? randomUUID(),
          rollout,
          generation: generation ?? current.state.generation,
          verdict,
          source: 'operator',
          confidence,
          author: actorOf(request),
          note,
          atMs: atMs ?? deps.clock.nowMs(),
        });
        return reply.code(201).send(label);
      },
    );

    app.get(
      '/environments/:environment/rollouts/:rollout/labels',
      {
        config: admin,
        schema: {
          summary: 'List the labels of a rollout in the order in which they came to be known',
          description: 'With knownAtMs, only those that were known by then.',
          params: RolloutParams,
          querystring: LabelQuery,
          response: { 200: Type.Object({ labels: Type.Array(LabelAnswer) }) },
        },
      },
      async (request) => {
        const { environment, rollout } = request.params;
        const scope = await knownScope(deps, request, environment);
        const { limit = 100, ...rest } = request.query;
        return { labels: [...(await labels.list(scope, { limit, ...rest, rollout }))] };
      },
    );
  };
