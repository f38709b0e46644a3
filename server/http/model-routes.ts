import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { type ModelRecord, Problem, type Scope } from '../../domain/index.ts';
import { NameSchema, ReasonTextSchema, TimestampMsSchema } from '../../domain/schema/index.ts';
import { readStanding } from '../training/model-standing.ts';
import { moveToCanary } from '../training/move-to-canary.ts';
import { actorOf, requireKey } from './access.ts';
import { type Dependencies, knownScope } from './dependencies.ts';
import { revisionCondition, revisionTag } from './preconditions.ts';

const admin = { access: 'admin' } as const;
const ModelIdSchema = Type.String({ minLength: 1, maxLength: 128 });
const ModelParams = Type.Object({ environment: NameSchema, model: ModelIdSchema });
const StateSchema = Type.Union(
  (['candidate', 'shadow', 'canary', 'champion', 'retired'] as const).map((state) => Type.Literal(state)),
);
const OptionalText = Type.Union([Type.Null(), Type.String()]);

const ModelAnswer = Type.Object({
  modelId: Type.String(),
  kind: Type.String(),
  environment: OptionalText,
  state: Type.String(),
  reason: Type.String(),
  approver: OptionalText,
  parentId: OptionalText,
  artefactSha256: Type.String(),
  schemaHash: Type.String(),
  dataSetHash: Type.String(),
  cutOffMs: TimestampMsSchema,
  simulatorVersion: Type.String(),
  seeds: Type.Array(Type.Number()),
  codeVersion: Type.String(),
  backend: Type.String(),
  libraryVersions: Type.Record(Type.String(), Type.String()),
  hyperParameters: Type.Unknown(),
  calibration: Type.Unknown(),
  metrics: Type.Unknown(),
  modelCard: Type.String(),
  createdAtMs: TimestampMsSchema,
  changedAtMs: TimestampMsSchema,
});
const MoveAnswer = Type.Object({
  revision: Type.Integer(),
  verb: Type.String(),
  modelId: OptionalText,
  previousId: OptionalText,
  actor: Type.String(),
  reason: Type.String(),
  atMs: TimestampMsSchema,
});
const StandingAnswer = Type.Object({
  modelId: Type.String(),
  state: Type.String(),
  shadow: Type.Unknown(),
  canary: Type.Unknown(),
  gate: Type.Unknown(),
});

/** Ways of a model that is not the champion. */
const STATE_VERBS = {
  shadow: 'Let a model score every decision without deciding anything',
  canary: 'Give a tenth of the rollouts to a model; there is one at a time',
  retire: 'Take a model out of the way that is not the champion',
} as const;
const MoveBody = Type.Object({ reason: ReasonTextSchema }, { additionalProperties: false });

/** Models: where they come from, which are in use, and putting them into use or taking them back by hand. */
export const modelRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { models } = deps.storage;

    app.get(
      '/environments/:environment/models',
      {
        config: admin,
        schema: {
          summary: 'List the models of the environment and those for all environments, by id',
          params: Type.Object({ environment: NameSchema }),
          querystring: Type.Object({
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
            after: Type.Optional(ModelIdSchema),
            kind: Type.Optional(NameSchema),
            state: Type.Optional(StateSchema),
          }),
          response: { 200: Type.Object({ models: Type.Array(ModelAnswer) }) },
        },
      },
      async (request) => {
        const scope = await knownScope(deps, request, request.params.environment);
        const { limit = 100, ...rest } = request.query;
        return { models: (await models.list(scope, { limit, ...rest })).map(answerOf) };
      },
    );

    app.get(
      '/environments/:environment/models/:model',
      {
        config: admin,
        schema: {
          summary: 'Show a model, the models that it comes from, and the moves of its champion',
          description: 'The entity tag is the revision of the champion of its kind; send it in If-Match.',
          params: ModelParams,
          response: {
            200: Type.Object({
              model: ModelAnswer,
              lineage: Type.Array(Type.String()),
              moves: Type.Array(MoveAnswer),
            }),
          },
        },
      },
      async (request, reply) => {
        const { environment, model: modelId } = request.params;
        const scope = await knownScope(deps, request, environment);
        const model = await requireModel(deps, scope, modelId);
        const lineage = await models.readLineage(scope, modelId);
        const moves = await models.listMoves({ ...scope, environment: model.environment }, model.kind, 20);
        reply.header('etag', revisionTag(moves[0]?.revision ?? 0));
        return {
          model: answerOf(model),
          lineage: lineage.slice(1).map((ancestor) => ancestor.modelId),
          moves: [...moves],
        };
      },
    );

    app.get(
      '/environments/:environment/models/:model/artefact',
      {
        config: admin,
        schema: {
          summary: 'Read what a model has learned, so that its decisions can be made again elsewhere',
          description: 'artefactSha256 is the hash that decisions name it by.',
          params: ModelParams,
          response: {
            200: Type.Object({ modelId: Type.String(), artefactSha256: Type.String(), artefact: Type.Unknown() }),
          },
        },
      },
      async (request) => {
        const { environment, model: modelId } = request.params;
        const scope = await knownScope(deps, request, environment);
        const { artefactSha256 } = await requireModel(deps, scope, modelId);
        return { modelId, artefactSha256, artefact: await models.readArtefact(scope, modelId) };
      },
    );

    app.get(
      '/environments/:environment/models/:model/standing',
      {
        config: admin,
        schema: {
          summary: 'Show what a challenger has shown in the shadow and in the canary, and what the gate makes of it',
          description: 'canary compares it with the champion by a test that may be looked at as often as one likes.',
          params: ModelParams,
          response: { 200: StandingAnswer },
        },
      },
      async (request) => {
        const { environment, model: modelId } = request.params;
        const scope = await knownScope(deps, request, environment);
        const model = await requireModel(deps, scope, modelId);
        const standing = await readStanding(deps.storage, scope, model, deps.clock.nowMs());
        // JSON knows no infinite numbers.
        return { modelId, state: model.state, ...(JSON.parse(JSON.stringify(standing)) as typeof standing) };
      },
    );

    for (const [verb, summary] of Object.entries(STATE_VERBS) as [keyof typeof STATE_VERBS, string][]) {
      app.post(
        `/environments/:environment/models/:model/${verb}`,
        { config: admin, schema: { summary, params: ModelParams, body: MoveBody, response: { 200: ModelAnswer } } },
        async (request) => {
          const { environment, model: modelId } = request.params;
          const scope = await knownScope(deps, request, environment);
          requireReach(request, await requireModel(deps, scope, modelId));
          const by = { actor: actorOf(request), reason: request.body.reason };
          const moved =
            verb === 'canary'
              ? await moveToCanary(deps.storage, scope, modelId, by)
              : await models.setState(scope, modelId, verb === 'shadow' ? 'shadow' : 'retired', by.reason, by);
          return answerOf(moved);
        },
      );
    }

    for (const verb of ['promote', 'demote'] as const) {
      app.post(
        `/environments/:environment/models/:model/${verb}`,
        {
          config: admin,
          schema: {
            summary:
              verb === 'promote'
                ? 'Make a model the champion of its kind; the one before can come back'
                : 'Take a champion back: the one that it replaced takes its place, or none',
            params: ModelParams,
            body: MoveBody,
            response: { 200: MoveAnswer },
          },
        },
        async (request, reply) => {
          const { environment, model: modelId } = request.params;
          const scope = await knownScope(deps, request, environment);
          requireReach(request, await requireModel(deps, scope, modelId));
          const ifRevision = revisionCondition(request);
          const move = await models[verb](scope, modelId, {
            actor: actorOf(request),
            reason: request.body.reason,
            ...(ifRevision === undefined ? {} : { ifRevision }),
          });
          return reply.header('etag', revisionTag(move.revision)).send(move);
        },
      );
    }
  };

function answerOf(model: ModelRecord) {
  return { ...model, seeds: [...model.seeds] };
}

async function requireModel({ storage }: Dependencies, scope: Scope, modelId: string): Promise<ModelRecord> {
  const model = await storage.models.read(scope, modelId);
  if (model === undefined) throw new Problem('modelNotFound', `"${modelId}"`);
  return model;
}

/** A key of one environment must not change what all others use. */
function requireReach(request: FastifyRequest, { modelId, environment }: ModelRecord): void {
  if (environment !== null || requireKey(request).environment === null) return;
  throw new Problem('forbidden', `"${modelId}" is for all environments, and needs a key for all of them`);
}
