import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EvaluationDetails } from '../../../domain/index.ts';
import { keyScope, requireKey } from '../access.ts';
import type { Dependencies } from '../dependencies.ts';
import { answerJson } from './answer-json.ts';
import { selectorFault } from './flag-set-selector.ts';
import { sendOfrepError } from './ofrep-error.ts';
import { readContext } from './read-context.ts';
import { evaluateVisible } from './visible-flags.ts';

/** Answers a single evaluation. Without promises or closures where nothing has to be waited for: either costs more than the evaluation. */
export function evaluateOne(
  deps: Dependencies,
  request: FastifyRequest<{ Params: { key: string } }>,
  reply: FastifyReply,
): FastifyReply | Promise<FastifyReply> {
  const scope = keyScope(request);
  const fault = selectorFault(request, scope);
  if (fault !== undefined)
    return sendOfrepError(request, reply, { status: 404, errorCode: 'FLAG_NOT_FOUND', errorDetails: fault });
  const context = readContext(request.body);
  if (typeof context === 'string')
    return sendOfrepError(request, reply, { status: 400, errorCode: 'INVALID_CONTEXT', errorDetails: context });
  const published = deps.publisher.current(scope);
  if (published === undefined) return deps.publisher.require(scope).then(() => evaluateOne(deps, request, reply));

  const evaluation = { key: requireKey(request), context, nowMs: deps.clock.nowMs() };
  const details = evaluateVisible(published, request.params.key, evaluation);
  deps.telemetry.countEvaluation(details.reason);
  return reply.code(statusOfAnswer(details)).type('application/json; charset=utf-8').send(answerJson(details));
}

function statusOfAnswer({ errorCode }: EvaluationDetails): number {
  if (errorCode === undefined) return 200;
  return errorCode === 'FLAG_NOT_FOUND' ? 404 : 400;
}
