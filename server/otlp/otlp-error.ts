import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { problemOf, statusOf } from '../http/problem-response.ts';
import { encodeStatus } from './metrics-protocol.ts';
import { isProtobuf, JSON_TYPE, PROTOBUF } from './read-body.ts';

/** `google.rpc.Code` by HTTP status; others are INTERNAL. */
const RPC_CODE: ReadonlyMap<number, number> = new Map([
  [400, 3], // INVALID_ARGUMENT
  [401, 16], // UNAUTHENTICATED
  [403, 7], // PERMISSION_DENIED
  [404, 5], // NOT_FOUND
  [413, 3],
  [415, 3],
  [429, 8], // RESOURCE_EXHAUSTED
  [503, 14], // UNAVAILABLE
]);

const INTERNAL = 13;

/** How long exporters wait while the database is away, in seconds; they try again after 429 and 503 only. */
const RETRY_AFTER_SECONDS = '2';

/** Answers for anything that was thrown as the protocol asks: `google.rpc.Status` in the encoding of the request. */
export function sendOtlpFailure(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error);
  const status = statusOf(problem.code);
  if (problem.code === 'internal') request.log.error({ err: error }, 'unexpected failure');
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (status === 503) reply.header('retry-after', RETRY_AFTER_SECONDS);
  const message = isForeignType(error) ? `Content-Type has to be ${PROTOBUF} or ${JSON_TYPE}` : problem.detail;
  const rpcStatus = { code: RPC_CODE.get(status) ?? INTERNAL, message };
  reply.code(status);
  return isProtobuf(request) ? reply.type(PROTOBUF).send(encodeStatus(rpcStatus)) : reply.send(rpcStatus);
}

function isForeignType(error: unknown): boolean {
  return (error as Partial<FastifyError>).code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE';
}
