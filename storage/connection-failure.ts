import { DatabaseError } from 'pg';
import { Problem } from '../domain/index.ts';

/** Classes and codes by which a server says that it cannot serve this connection now (PostgreSQL manual, appendix A). */
const CONNECTION_EXCEPTION_CLASS = '08';
const UNAVAILABLE_CODES = new Set([
  '53300', // too_many_connections
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
]);

/**
 * The error as callers should see it: Problem `unavailable` when the database could not be reached or left in the
 * middle, anything else unchanged.
 *
 * For errors of `connect` and `query` only: there, what is not the server's own answer is a failure of the connection.
 */
export function asProblem(error: unknown): unknown {
  if (error instanceof DatabaseError && !isUnavailable(error.code)) return error;
  const problem = new Problem('unavailable', 'the connection failed or timed out');
  problem.cause = error;
  return problem;
}

function isUnavailable(code: string | undefined): boolean {
  return code !== undefined && (code.startsWith(CONNECTION_EXCEPTION_CLASS) || UNAVAILABLE_CODES.has(code));
}
