import { Database } from './database.ts';
import { type SqlStorage, type StorageConnection, storesOn } from './stores-on.ts';

/** Who has only what is left of the processor waits longer: the server's own limit of 10 s strikes where it is to blame. */
const PATIENCE_MS = 60_000;

/** Reads one after the other, and takes no place from those who serve. */
const MAX_CONNECTIONS = 1;

/** What operators see it as in `pg_stat_activity`. */
const APPLICATION_NAME = 'rampwright-training';

/**
 * Connects once more to a storage that a server has open, from a process of its own; Problem `unavailable` when it cannot.
 *
 * The schema is taken as it is. On the embedded database it costs the others the time of each of its statements.
 */
export async function connectStorage(connection: StorageConnection): Promise<SqlStorage> {
  const database = new Database({
    connection: { application_name: APPLICATION_NAME, ...connection },
    maxConnections: MAX_CONNECTIONS,
    connectTimeoutMs: PATIENCE_MS,
    queryTimeoutMs: PATIENCE_MS,
    namesNothing: true,
    // A connection that breaks while nobody uses it is replaced; one that breaks in use fails the statement.
    onError: () => {},
    onQueryTimeout: () => {},
  });
  const close = () => database.close();
  try {
    return storesOn(database, { connection, vacuums: false, tenantWall: await database.raiseWall(), close });
  } catch (error) {
    await close();
    throw error;
  }
}
