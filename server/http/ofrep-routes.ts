import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { EvaluationContext, EvaluationDetails } from '../../domain/index.ts';
import { evaluate, evaluateAll } from '../../evaluator/index.ts';
import { keyScope } from './access.ts';
import type { Dependencies } from './dependencies.ts';
import { problemOf, sendProblem, statusOf } from './problem-response.ts';

const BODY_LIMIT_BYTES = 64 * 1024;
const MAX_CONTEXT_ATTRIBUTES = 100;
const access = { access: 'evaluate' } as const;

/** Problems that the protocol answers with an error body of its own; all others are no matter of evaluation. */
const INVALID_CONTEXT = new Set(['malformedBody', 'invalidRequest', 'nestedTooDeep', 'unsupportedMediaType']);

const schema = {
  tags: ['OFREP'],
  description: 'OpenFeature Remote Evaluation Protocol; the environment is that of the key.',
  body: { description: '{"context": {"targetingKey": "…", …}}' },
};

/** OpenFeature Remote Evaluation Protocol: single and bulk evaluation. Nothing else shares this scope: it is the hot path. */
export const ofrepRoutes =
  (deps: Dependencies): FastifyPluginAsync =>
  async (app) => {
    app.setErrorHandler((error, request, reply) => sendOfrepError(error, request, reply));

    app.post<{ Params: { key: string } }>(
      '/ofrep/v1/evaluate/flags/:key',
      { config: access, bodyLimit: BODY_LIMIT_BYTES, schema: { ...schema, summary: 'Evaluate one flag' } },
      async (request, reply) => {
        const { key } = request.params;
        const context = contextOf(request.body);
        if (typeof context === 'string')
          return reply.code(400).send({ key, errorCode: 'INVALID_CONTEXT', errorDetails: context });
        const { compiled } = await deps.publisher.require(keyScope(request));
        const details = evaluate(compiled, key, context, deps.clock.nowMs());
        deps.telemetry.countEvaluation(details.reason);
        return reply.code(singleStatusOf(details)).send(ofrepAnswer(details));
      },
    );

    const bulk = async (request: FastifyRequest, reply: FastifyReply) => {
      const context = contextOf(request.body);
      if (typeof context === 'string')
        return reply.code(400).send({ errorCode: 'INVALID_CONTEXT', errorDetails: context });
      const { compiled, snapshot } = await deps.publisher.require(keyScope(request));
      const answers = evaluateAll(compiled, context, deps.clock.nowMs());
      for (const details of answers) deps.telemetry.countEvaluation(details.reason);
      return reply.send({
        flags: answers.map(ofrepAnswer),
        metadata: { ...snapshot.flagSet.metadata, version: String(snapshot.version) },
      });
    };
    const options = { config: access, bodyLimit: BODY_LIMIT_BYTES };
    app.post('/ofrep/v1/evaluate/flags', { ...options, schema: { ...schema, summary: 'Evaluate all flags' } }, bulk);
    app.post('/ofrep/v1/evaluate/flags/', { ...options, schema: { ...schema, hide: true } }, bulk);
  };

/** The context of a request body, or what is wrong with it; an absent body or context is an empty context. */
function contextOf(body: unknown): EvaluationContext | string {
  if (body === undefined || body === null) return {};
  if (!isObject(body)) return 'The body must be a JSON object such as {"context": {"targetingKey": "user-1"}}.';
  const context = body['context'];
  if (context === undefined || context === null) return {};
  if (!isObject(context)) return '"context" must be a JSON object such as {"targetingKey": "user-1"}.';
  if (Object.keys(context).length > MAX_CONTEXT_ATTRIBUTES)
    return `The context has more than ${MAX_CONTEXT_ATTRIBUTES} attributes.`;
  return context as EvaluationContext;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function singleStatusOf({ errorCode }: EvaluationDetails): number {
  if (errorCode === undefined) return 200;
  return errorCode === 'FLAG_NOT_FOUND' ? 404 : 400;
}

/** The protocol's form of an answer: success without `value` means that the caller's default applies. */
function ofrepAnswer(details: EvaluationDetails): Readonly<Record<string, unknown>> {
  const { flagKey: key, value, variant, reason, errorCode, errorMessage, flagMetadata: metadata } = details;
  if (errorCode !== undefined) return { key, errorCode, errorDetails: errorMessage, metadata };
  return { key, reason, variant, value, metadata };
}

function sendOfrepError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error);
  if (!INVALID_CONTEXT.has(problem.code)) return sendProblem(error, request, reply);
  const key = (request.params as { readonly key?: string } | undefined)?.key;
  const errorDetails =
    problem.violations.length === 0 ? problem.message : `${problem.message} (at ${problem.violations[0]?.path})`;
  return reply
    .code(statusOf(problem.code) === 415 ? 415 : 400)
    .send({ ...(key === undefined ? {} : { key }), errorCode: 'INVALID_CONTEXT', errorDetails });
}
