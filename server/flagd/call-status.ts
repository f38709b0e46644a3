import { type StatusObject, status } from '@grpc/grpc-js';
import { PROBLEMS, Problem, type ProblemCode } from '../../domain/index.ts';

const STATUS: Partial<Readonly<Record<ProblemCode, status>>> = {
  unauthenticated: status.UNAUTHENTICATED,
  forbidden: status.PERMISSION_DENIED,
  invalidRequest: status.INVALID_ARGUMENT,
  environmentNotFound: status.NOT_FOUND,
  bucketingNotInFlagd: status.FAILED_PRECONDITION,
  tooManyStreams: status.RESOURCE_EXHAUSTED,
  unavailable: status.UNAVAILABLE,
};

/** How a call ends: never with OK, because flagd's providers reconnect after a failure only. */
export type CallStatus = Pick<StatusObject, 'code' | 'details'>;

/** What streams are told when the server goes away: come back in a moment. */
export const GOING_AWAY: CallStatus = { code: status.UNAVAILABLE, details: 'the server is shutting down' };

/** The status that an error stands for; what is not expected is INTERNAL, and its text is not shown. */
export function callStatusOf(error: unknown): CallStatus {
  const code = error instanceof Problem ? STATUS[error.code] : undefined;
  if (code === undefined) return { code: status.INTERNAL, details: PROBLEMS.internal.title };
  return { code, details: (error as Problem).message };
}
