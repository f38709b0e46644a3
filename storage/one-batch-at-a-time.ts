import type { PGlite } from '@electric-sql/pglite';

/** Types of messages from a client (PostgreSQL manual, "Message Formats"). */
const EXTENDED_QUERY = codesOf('PBDECH'); // Parse, Bind, Describe, Execute, Close, flusH
const ENDS_BATCH = codesOf('SQ'); // Sync, simple Query

/**
 * The database, made safe for several clients behind one socket server.
 *
 * The server queues the messages of all clients and stays with one of them only inside a transaction, so one client's
 * Parse could land between another's Parse and Bind (electric-sql/pglite issues 977 and 1046). This says "in a
 * transaction" from a batch's first message until its end. After an internal error the queue would hang for ever, so
 * `onFatal` has to end the thread.
 */
export function oneBatchAtATime(database: PGlite, onFatal: (error: unknown) => void): PGlite {
  let isBatchOpen = false;
  const overrides: Pick<PGlite, 'isInTransaction' | 'exec' | 'execProtocolRawStream'> = {
    isInTransaction: () => isBatchOpen || database.isInTransaction(),
    // The server calls this only to roll back for a client that left in the middle of its batch.
    exec: (...parameters) => {
      isBatchOpen = false;
      return database.exec(...parameters);
    },
    execProtocolRawStream: async (...parameters) => {
      const type = parameters[0][0]!;
      if (EXTENDED_QUERY.has(type)) isBatchOpen = true;
      if (ENDS_BATCH.has(type)) isBatchOpen = false;
      try {
        return await database.execProtocolRawStream(...parameters);
      } catch (error) {
        onFatal(error);
        throw error;
      }
    },
  };
  return new Proxy(database, {
    get(target, property) {
      const value: unknown = Reflect.get(Object.hasOwn(overrides, property) ? overrides : target, property);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function codesOf(letters: string): ReadonlySet<number> {
  return new Set([...letters].map((letter) => letter.charCodeAt(0)));
}
