import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import {
  approvalReason,
  decide,
  modelsInUse,
  observe,
  planRollout,
  restrictionReasons,
  restrictionsAt,
  verbsIn,
  withBeliefs,
} from '../../controller/index.ts';
import {
  type Decision,
  Problem,
  type Reason,
  type Rollout,
  type RolloutDefinition,
  type Scope,
} from '../../domain/index.ts';
import {
  KeySchema,
  NameSchema,
  type RolloutInput,
  RolloutInputSchema,
  RolloutSchema,
} from '../../domain/schema/index.ts';
import { checkTargeting } from '../../evaluator/index.ts';
import { readTenantLevel } from '../read-tenant-level.ts';
import { requirePrometheus } from '../sources/require-prometheus.ts';
import { actorOf } from './access.ts';
import { type Dependencies, knownScope, published, readPublished } from './dependencies.ts';
import { findRollout } from './find-rollout.ts';
import { revisionCondition, revisionTag } from './preconditions.ts';

const admin = { access: 'admin' } as const;
/** Who votes has to see what about. */
const readers = { access: ['admin', 'read', 'approve'] } as const;
const edit = { access: 'admin', needs: 'edit' } as const;
const EnvironmentParams = Type.Object({ environment: NameSchema });
const RolloutParams = Type.Object({ environment: NameSchema, rollout: NameSchema });

/** Rollouts: planning them, moving them by hand, and reading why they moved by themselves. */
export const rolloutRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { rollouts, decisions, windows } = deps.storage;

    app.post(
      '/environments/:environment/rollouts',
      {
        config: edit,
        schema: {
          summary: 'Create a rollout as a draft',
          params: EnvironmentParams,
          body: RolloutInputSchema,
          response: { 201: RolloutSchema },
        },
      },
      async (request, reply) => {
        const scope = await knownScope(deps, request, request.params.environment);
        const definition = await plan(deps, scope, request.body);
        const rollout = await published(
          deps,
          scope,
          rollouts.createRollout(scope, definition, { actor: actorOf(request) }),
        );
        return reply.code(201).header('etag', revisionTag(rollout.state.revision)).send(rollout);
      },
    );

    app.get(
      '/environments/:environment/rollouts',
      {
        config: readers,
        schema: {
          summary: 'List rollouts',
          params: EnvironmentParams,
          querystring: Type.Object({
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
            after: Type.Optional(KeySchema),
          }),
          response: { 200: Type.Object({ rollouts: Type.Array(RolloutSchema) }) },
        },
      },
      async (request) => {
        const { limit = 100, after } = request.query;
        const scope = await knownScope(deps, request, request.params.environment);
        return {
          rollouts: [...(await rollouts.listRollouts(scope, { limit, ...(after === undefined ? {} : { after }) }))],
        };
      },
    );

    app.get(
      '/environments/:environment/rollouts/:rollout',
      {
        config: readers,
        schema: { summary: 'Read a rollout', params: RolloutParams, response: { 200: RolloutSchema } },
      },
      async (request, reply) => {
        const { rollout } = await findRollout(deps, request, request.params);
        return reply.header('etag', revisionTag(rollout.state.revision)).send(rollout);
      },
    );

    app.put(
      '/environments/:environment/rollouts/:rollout',
      {
        config: edit,
        schema: {
          summary: 'Replace a draft',
          params: RolloutParams,
          body: RolloutInputSchema,
          response: { 200: RolloutSchema },
        },
      },
      async (request, reply) => {
        const { scope } = await findRollout(deps, request, request.params);
        if (request.body.rollout !== request.params.rollout) {
          throw new Problem('invalidRequest', 'the name in the body differs from the one in the path', [
            { path: '/rollout', message: 'names cannot be changed' },
          ]);
        }
        const definition = await plan(deps, scope, request.body);
        const ifRevision = revisionCondition(request);
        const options = { actor: actorOf(request), ...(ifRevision === undefined ? {} : { ifRevision }) };
        const rollout = await published(deps, scope, rollouts.updateRollout(scope, definition, options));
        return reply.header('etag', revisionTag(rollout.state.revision)).send(rollout);
      },
    );

    app.get(
      '/environments/:environment/rollouts/:rollout/explain',
      {
        config: readers,
        schema: {
          summary: 'Why the rollout stands where it stands, and what can be done',
          description:
            '"now" is what a pass would decide at this moment; "latestDecision" is the newest one on record, made when a window closed.',
          params: RolloutParams,
        },
      },
      async (request) => {
        const { scope, rollout } = await findRollout(deps, request, request.params);
        const [latest] = await decisions.list(scope, rollout.definition.rollout, { limit: 1 });
        const { observation: _, ...decision } = latest ?? { observation: null };
        return {
          state: rollout.state,
          now: await decisionNow(deps, scope, rollout),
          latestDecision: latest === undefined ? null : decision,
          restrictions: await restrictionsNow(deps, scope, rollout),
          verbs: rollout.state.isArchived ? [] : verbsIn(rollout.state.phase),
        };
      },
    );

    app.get(
      '/environments/:environment/rollouts/:rollout/decisions',
      {
        config: admin,
        schema: {
          summary: 'The decision log, newest first',
          params: RolloutParams,
          querystring: Type.Object({
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
            before: Type.Optional(
              Type.Integer({ minimum: 0, description: 'Only decisions older than this, ms since 1970.' }),
            ),
            onlyApplied: Type.Optional(Type.Boolean()),
            inputs: Type.Optional(Type.Boolean({ description: 'With the complete observation of each decision.' })),
          }),
        },
      },
      async (request) => {
        const { scope, rollout } = await findRollout(deps, request, request.params);
        const { limit = 50, before, onlyApplied = false, inputs = false } = request.query;
        const listed = await decisions.list(scope, rollout.definition.rollout, {
          limit,
          onlyApplied,
          ...(before === undefined ? {} : { before }),
        });
        return { decisions: inputs ? listed : listed.map(({ observation: _, ...record }) => record) };
      },
    );

    app.get(
      '/environments/:environment/rollouts/:rollout/windows',
      {
        config: admin,
        schema: {
          summary: 'The newest windows of the current generation by source, late data included',
          description: 'Windows older than seven days have been added up to hours.',
          params: RolloutParams,
          querystring: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })) }),
        },
      },
      async (request) => {
        const { scope, rollout } = await findRollout(deps, request, request.params);
        const { limit = 50 } = request.query;
        return {
          windows: await windows.readRecentWindows(scope, rollout.definition.rollout, rollout.state.generation, limit),
        };
      },
    );
  };

async function plan(deps: Dependencies, scope: Scope, input: RolloutInput): Promise<RolloutDefinition> {
  const { flagSet } = await readPublished(deps, scope);
  const flag = Object.hasOwn(flagSet.flags, input.flag) ? flagSet.flags[input.flag] : undefined;
  if (flag === undefined) throw new Problem('flagNotFound', `"${input.flag}" in environment "${scope.environment}"`);
  const definition = planRollout(input, flag);
  requirePrometheus(definition, deps.hasPrometheus);
  const violations = input.audience === undefined ? [] : checkTargeting(input.audience, flagSet.$evaluators);
  if (violations.length > 0) {
    throw new Problem(
      'invalidRollout',
      'the audience is not a usable rule',
      violations.map(({ path, message }) => ({ path: `/audience${path}`, message })),
    );
  }
  const pooled = deps.poolLevel();
  const tenant = await readTenantLevel(deps.storage, scope);
  return withBeliefs(definition, { tenant, ...(pooled === undefined ? {} : { global: pooled }) });
}

/** What people restrict now, of a draft too, each with what would release it. */
async function restrictionsNow(deps: Dependencies, scope: Scope, rollout: Rollout): Promise<readonly Reason[]> {
  const surroundings = await deps.storage.rollouts.readSurroundings(scope, rollout.definition.rollout);
  const found = restrictionsAt(surroundings, rollout, deps.clock.nowMs());
  return found === undefined ? [] : [...restrictionReasons(found), ...(found.checkpoints ?? []).map(approvalReason)];
}

/** What a pass would decide now, which matters when no window comes any more; null for a rollout that is not in progress. */
async function decisionNow(deps: Dependencies, scope: Scope, rollout: Rollout): Promise<Decision | null> {
  if (rollout.state.phase !== 'running' && rollout.state.phase !== 'paused') return null;
  const models = deps.modelsFor(scope, rollout.definition.rollout);
  const observation = await observe(deps.storage, scope, rollout);
  return decide({ ...observation, models: modelsInUse(models) }, models).decision;
}
