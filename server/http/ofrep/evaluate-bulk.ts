import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EvaluationContext, EvaluationDetails, Scope } from '../../../domain/index.ts';
import type { PublishedEnvironment, SnapshotPublisher } from '../../snapshot-publisher.ts';
import { keyScope, requireKey } from '../access.ts';
import type { Dependencies } from '../dependencies.ts';
import { isNotModified } from '../preconditions.ts';
import type { BulkBodies, BulkBody, EvaluationCounts } from './bulk-bodies.ts';
import { endOfBulk } from './bulk-end.ts';
import { bulkJson } from './bulk-json.ts';
import { bulkTag } from './bulk-tag.ts';
import { announcedVersion, catchUp } from './catch-up.ts';
import { selectorFault } from './flag-set-selector.ts';
import { sendOfrepError } from './ofrep-error.ts';
import { readContext } from './read-context.ts';
import { type Evaluation, evaluateAllVisible } from './visible-flags.ts';

/** What bulk evaluation works with besides everybody's dependencies. */
export interface BulkDependencies extends Dependencies {
  readonly bodies: BulkBodies;
}

/** Answers a bulk evaluation. */
export function evaluateBulk(
  deps: BulkDependencies,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply | Promise<FastifyReply> {
  const scope = keyScope(request);
  const fault = selectorFault(request, scope);
  if (fault !== undefined)
    return sendOfrepError(request, reply, { status: 400, errorCode: 'GENERAL', errorDetails: fault });
  const context = readContext(request.body);
  if (typeof context === 'string')
    return sendOfrepError(request, reply, { status: 400, errorCode: 'INVALID_CONTEXT', errorDetails: context });

  const published = publishedFor(deps.publisher, request, scope);
  if (published instanceof Promise)
    return published.then((reached) => sendBulk(deps, request, reply, reached, context));
  return sendBulk(deps, request, reply, published, context);
}

/** What is published now; after an event, at least what the event announced. */
function publishedFor(
  publisher: SnapshotPublisher,
  request: FastifyRequest,
  scope: Scope,
): PublishedEnvironment | Promise<PublishedEnvironment> {
  const { flagConfigEtag } = request.query as { readonly flagConfigEtag?: unknown };
  const announced = announcedVersion(flagConfigEtag);
  if (announced !== undefined) return catchUp(publisher, scope, announced);
  return publisher.current(scope) ?? publisher.require(scope);
}

/** What the client has already costs one hash; what was sent lately, a look into the cache. */
function sendBulk(
  { bodies, telemetry, clock }: BulkDependencies,
  request: FastifyRequest,
  reply: FastifyReply,
  published: PublishedEnvironment,
  context: EvaluationContext,
): FastifyReply {
  const evaluation = { key: requireKey(request), context, nowMs: clock.nowMs() };
  const etag = bulkTag(published, context, evaluation.nowMs);
  reply.header('etag', etag);
  if (isNotModified(request.headers['if-none-match'], etag)) return reply.code(304).send();
  const name = `${evaluation.key.keyId} ${etag}`;
  const known = bodies.get(name);
  const body = known ?? bulkBody(published, evaluation);
  if (known === undefined) bodies.note(name, body);
  telemetry.countEvaluations(body.counts);
  return reply.type('application/json; charset=utf-8').send(body.json);
}

function bulkBody(published: PublishedEnvironment, evaluation: Evaluation): BulkBody {
  const answers = evaluateAllVisible(published, evaluation);
  const end = endOfBulk(published, evaluation.key, evaluation.nowMs);
  return { json: bulkJson(answers, end), counts: count(answers) };
}

function count(answers: readonly EvaluationDetails[]): EvaluationCounts {
  const counts: EvaluationCounts = {};
  for (const { reason } of answers) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
