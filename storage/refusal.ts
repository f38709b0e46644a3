import { DatabaseError } from 'pg';

/** SQLSTATEs that the stores expect (PostgreSQL manual, appendix A). */
export const UNIQUE_VIOLATION = '23505';
export const LOCK_NOT_AVAILABLE = '55P03';

/** True when the server refused a statement with this SQLSTATE and, if given, because of this constraint. */
export function isRefusal(error: unknown, sqlState: string, constraint?: string): boolean {
  return (
    error instanceof DatabaseError &&
    error.code === sqlState &&
    (constraint === undefined || error.constraint === constraint)
  );
}
