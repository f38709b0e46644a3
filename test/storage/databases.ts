import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../../storage/database.ts';
import { EmbeddedServer } from '../../storage/embedded-server.ts';
import { migrate } from '../../storage/migrate.ts';
import { PATIENCE_MS } from '../services/patience.ts';
import { createDatabase } from '../services/postgres.ts';

/** A migrated database that a test may look into, past the ports. */
export interface OpenDatabase {
  readonly database: Database;
  close(): Promise<void>;
}

const TIMEOUTS = { connectTimeoutMs: PATIENCE_MS, queryTimeoutMs: PATIENCE_MS };
const SILENT = { onError: () => {}, onQueryTimeout: () => {} };

/** A new database on a PostgreSQL server. */
export async function openPostgres(serverUrl: string): Promise<OpenDatabase> {
  const { url, drop } = await createDatabase(serverUrl);
  const connection = { connectionString: url };
  return migrated(new Database({ connection, maxConnections: 5, ...TIMEOUTS, ...SILENT }), drop);
}

/** A new embedded database. */
export async function openEmbedded(): Promise<OpenDatabase> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'rampwright-database-'));
  const server = await EmbeddedServer.start({ dataDirectory, onError: () => {} });
  const connection = { host: server.socketDirectory, user: 'postgres', database: 'postgres' };
  return migrated(new Database({ connection, maxConnections: 1, ...TIMEOUTS, ...SILENT }), async () => {
    await server.stop();
    rmSync(dataDirectory, { recursive: true, force: true });
  });
}

async function migrated(database: Database, drop: () => Promise<void>): Promise<OpenDatabase> {
  await migrate(database);
  return {
    database,
    close: async () => {
      await database.close();
      await drop();
    },
  };
}
