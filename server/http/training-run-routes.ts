import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { Problem, type Scope, type TrainingRun } from '../../domain/index.ts';
import { NameSchema, ReasonTextSchema, TimestampMsSchema } from '../../domain/schema/index.ts';
import { startRun } from '../training/start-run.ts';
import { trainingJob } from '../training/training-jobs.ts';
import { actorOf } from './access.ts';
import { type Dependencies, knownScope } from './dependencies.ts';

const admin = { access: 'admin' } as const;
const EnvironmentParams = Type.Object({ environment: NameSchema });
const RunIdSchema = Type.String({ minLength: 1, maxLength: 128 });
const RunParams = Type.Object({ environment: NameSchema, run: RunIdSchema });
const OptionalText = Type.Union([Type.Null(), Type.String()]);
const OptionalTime = Type.Union([Type.Null(), TimestampMsSchema]);
const StateSchema = Type.Union(
  (['queued', 'running', 'completed', 'failed', 'cancelled'] as const).map((state) => Type.Literal(state)),
);

const RunAnswer = Type.Object({
  runId: Type.String(),
  kind: Type.String(),
  trigger: Type.String(),
  actor: Type.String(),
  cutOffMs: TimestampMsSchema,
  state: Type.String(),
  progress: Type.Object({ share: Type.Number(), words: Type.String() }),
  dataSetHash: OptionalText,
  result: Type.Unknown(),
  failure: OptionalText,
  createdAtMs: TimestampMsSchema,
  startedAtMs: OptionalTime,
  endedAtMs: OptionalTime,
});

/** Training runs: starting, watching and cancelling them. */
export const trainingRunRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { trainingRuns } = deps.storage;

    app.post(
      '/environments/:environment/training-runs',
      {
        config: admin,
        schema: {
          summary: 'Start a training run, from what is known by now or by an earlier cut-off',
          params: EnvironmentParams,
          body: Type.Object(
            { kind: NameSchema, cutOffMs: Type.Optional(TimestampMsSchema) },
            { additionalProperties: false },
          ),
          response: { 202: RunAnswer },
        },
      },
      async (request, reply) => {
        const scope = await knownScope(deps, request, request.params.environment);
        const { kind, cutOffMs = deps.clock.nowMs() } = request.body;
        requireTrainer(deps, kind);
        const run = { runId: randomUUID(), kind, trigger: 'operator', actor: actorOf(request), cutOffMs };
        return reply.code(202).send(await startRun(deps, scope, run));
      },
    );

    app.get(
      '/environments/:environment/training-runs',
      {
        config: admin,
        schema: {
          summary: 'List training runs, newest first',
          params: EnvironmentParams,
          querystring: Type.Object({
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
            after: Type.Optional(RunIdSchema),
            kind: Type.Optional(NameSchema),
            state: Type.Optional(StateSchema),
          }),
          response: { 200: Type.Object({ trainingRuns: Type.Array(RunAnswer) }) },
        },
      },
      async (request) => {
        const scope = await knownScope(deps, request, request.params.environment);
        const { limit = 50, ...rest } = request.query;
        return { trainingRuns: [...(await trainingRuns.list(scope, { limit, ...rest }))] };
      },
    );

    app.get(
      '/environments/:environment/training-runs/:run',
      { config: admin, schema: { summary: 'Show a training run', params: RunParams, response: { 200: RunAnswer } } },
      async (request) => {
        const scope = await knownScope(deps, request, request.params.environment);
        return requireRun(deps, scope, request.params.run);
      },
    );

    app.post(
      '/environments/:environment/training-runs/:run/cancel',
      {
        config: admin,
        schema: {
          summary: 'Cancel a training run that is not over',
          params: RunParams,
          body: Type.Object({ reason: ReasonTextSchema }, { additionalProperties: false }),
          response: { 200: RunAnswer },
        },
      },
      async (request) => {
        const { environment, run: runId } = request.params;
        const scope = await knownScope(deps, request, environment);
        const { reason } = request.body;
        const cancelled = await trainingRuns.change(scope, runId, { state: 'cancelled', failure: reason });
        if (cancelled === undefined) {
          throw new Problem('trainingRunOver', `it is ${(await requireRun(deps, scope, runId)).state}`);
        }
        // Without the queue the run ends by itself when it next shows its progress.
        await deps.jobs.cancel(trainingJob(scope, runId).id, reason).catch((error: unknown) => {
          request.log.warn({ err: error }, 'the job of a cancelled training run was not told');
        });
        return cancelled;
      },
    );
  };

function requireTrainer({ trainingRunner }: Dependencies, kind: string): void {
  if (trainingRunner === null) throw new Problem('noTrainer', 'this server trains nothing');
  const { kinds } = trainingRunner;
  if (!kinds.includes(kind)) throw new Problem('noTrainer', `"${kind}" is not one of ${kinds.join(', ')}`);
}

async function requireRun({ storage }: Dependencies, scope: Scope, runId: string): Promise<TrainingRun> {
  const run = await storage.trainingRuns.read(scope, runId);
  if (run === undefined) throw new Problem('trainingRunNotFound', `"${runId}"`);
  return run;
}
