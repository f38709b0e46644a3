import { join, resolve } from 'node:path';
import { Database } from './database.ts';
import { lockDirectory } from './directory-lock.ts';
import { EmbeddedServer } from './embedded-server.ts';
import { migrate } from './migrate.ts';
import { type SqlStorage, storesOn, type Upkeep } from './stores-on.ts';

/** Longer than the server's own limit of 10 s, which strikes first where there is one. */
const QUERY_TIMEOUT_MS = 15_000;

const MAX_POSTGRES_CONNECTIONS = 10;

/** A PostgreSQL server. */
interface PostgresStorageOptions {
  readonly databaseUrl: string;
  /** Told of failures that no caller waits for. */
  readonly onError: (error: unknown) => void;
}

/** Connects to PostgreSQL and brings the schema up to date; Problem `unavailable` when there is no server. */
export async function openPostgresStorage({ databaseUrl, onError }: PostgresStorageOptions): Promise<SqlStorage> {
  const connection = { connectionString: databaseUrl };
  const database = new Database({
    connection,
    maxConnections: MAX_POSTGRES_CONNECTIONS,
    connectTimeoutMs: 2_000,
    queryTimeoutMs: QUERY_TIMEOUT_MS,
    onError,
    onQueryTimeout: () => {},
  });
  return migrated(database, { connection, vacuums: false, close: () => database.close() });
}

/** A database of this process's own. */
interface EmbeddedStorageOptions {
  /** Created when missing; used by one process at a time. */
  readonly directory: string;
  /** Told of failures that no caller waits for, such as a database that had to be started again. */
  readonly onError: (error: unknown) => void;
}

/**
 * Opens the embedded database in a directory and brings the schema up to date; throws when another process has it.
 *
 * What was acknowledged survives the end of the process, `kill -9` included, but not a loss of power.
 */
export async function openEmbeddedStorage(options: EmbeddedStorageOptions): Promise<SqlStorage> {
  const { onError } = options;
  const directory = resolve(options.directory);
  const unlock = lockDirectory(directory);
  const server = await EmbeddedServer.start({ dataDirectory: join(directory, 'postgres'), onError }).catch((error) => {
    unlock();
    throw error;
  });
  const connection = { host: server.socketDirectory, user: 'postgres', database: 'postgres' };
  // One connection, because all share one backend: a transaction that awaits a second one would wait for itself.
  const database = new Database({
    connection,
    maxConnections: 1,
    connectTimeoutMs: 5_000,
    queryTimeoutMs: QUERY_TIMEOUT_MS,
    onError,
    onQueryTimeout: () => server.restart(),
  });
  return migrated(database, {
    connection,
    vacuums: true,
    close: async () => {
      await database.close();
      await server.stop();
      unlock();
    },
  });
}

async function migrated(database: Database, upkeep: Omit<Upkeep, 'tenantWall'>): Promise<SqlStorage> {
  try {
    return storesOn(database, { ...upkeep, tenantWall: await migrate(database) });
  } catch (error) {
    await upkeep.close();
    throw error;
  }
}
