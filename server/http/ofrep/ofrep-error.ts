import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemOf, sendProblem, statusOf } from '../problem-response.ts';

/** Problems that the protocol answers with an error body of its own; all others are no matter of evaluation. */
const INVALID_CONTEXT = new Set(['malformedBody', 'invalidRequest', 'nestedTooDeep', 'unsupportedMediaType']);

/** An error in the protocol's form; with the flag's key where one flag was asked for. */
export interface OfrepError {
  readonly status: number;
  readonly errorCode: string;
  readonly errorDetails: string;
}

/** Answers with the protocol's own error body. */
export function sendOfrepError(request: FastifyRequest, reply: FastifyReply, error: OfrepError): FastifyReply {
  const key = (request.params as { readonly key?: string } | undefined)?.key;
  const { status, ...body } = error;
  return reply.code(status).send(key === undefined ? body : { key, ...body });
}

/** Answers for anything that was thrown: faults of the context in the protocol's form, the rest as problem documents. */
export function sendOfrepFailure(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error);
  if (problem.code === 'internal') request.log = request.log.child({ reqId: request.id });
  if (!INVALID_CONTEXT.has(problem.code)) return sendProblem(error, request, reply);
  const place = problem.violations.length === 0 ? '' : ` (at ${problem.violations[0]?.path})`;
  return sendOfrepError(request, reply, {
    status: statusOf(problem.code) === 415 ? 415 : 400,
    errorCode: 'INVALID_CONTEXT',
    errorDetails: `${problem.message}${place}`,
  });
}
