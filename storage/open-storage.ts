import { join, resolve } from 'node:path';
import { type LearningStorage, Problem } from '../domain/index.ts';
import { Database, type TenantWall } from './database.ts';
import { lockDirectory } from './directory-lock.ts';
import { EmbeddedServer } from './embedded-server.ts';
import { migrate } from './migrate.ts';
import { PostgresAuditLog } from './postgres-audit-log.ts';
import { PostgresDecisionLog } from './postgres-decision-log.ts';
import { PostgresDeliveryStore } from './postgres-delivery-store.ts';
import { PostgresFlagStore } from './postgres-flag-store.ts';
import { PostgresKeyStore } from './postgres-key-store.ts';
import { PostgresLabelStore } from './postgres-label-store.ts';
import { PostgresModelRegistry } from './postgres-model-registry.ts';
import { PostgresModelReviewStore } from './postgres-model-review-store.ts';
import { PostgresRolloutStore } from './postgres-rollout-store.ts';
import { PostgresShadowScoreStore } from './postgres-shadow-score-store.ts';
import { PostgresTenantStore } from './postgres-tenant-store.ts';
import { PostgresTrainingRunStore } from './postgres-training-run-store.ts';
import { PostgresUserStore } from './postgres-user-store.ts';
import { PostgresWebhookStore } from './postgres-webhook-store.ts';
import { PostgresWindowStore } from './postgres-window-store.ts';
import { sql } from './statement.ts';

/** Longer than the server's own limit of 10 s, which strikes first where there is one. */
const QUERY_TIMEOUT_MS = 15_000;

const MAX_POSTGRES_CONNECTIONS = 10;

/** A storage, and what keeps the tenants in it apart beside the conditions of its statements. */
export interface SqlStorage extends LearningStorage {
  readonly tenantWall: TenantWall;
}

/** A PostgreSQL server. */
interface PostgresStorageOptions {
  readonly databaseUrl: string;
  /** Told of failures that no caller waits for. */
  readonly onError: (error: unknown) => void;
}

/** Connects to PostgreSQL and brings the schema up to date; Problem `unavailable` when there is no server. */
export async function openPostgresStorage({ databaseUrl, onError }: PostgresStorageOptions): Promise<SqlStorage> {
  const database = new Database({
    connection: { connectionString: databaseUrl },
    maxConnections: MAX_POSTGRES_CONNECTIONS,
    connectTimeoutMs: 2_000,
    queryTimeoutMs: QUERY_TIMEOUT_MS,
    onError,
    onQueryTimeout: () => {},
  });
  return migrated(database, { vacuums: false }, () => database.close());
}

/** A database of this process's own. */
interface EmbeddedStorageOptions {
  /** Created when missing; used by one process at a time. */
  readonly directory: string;
  /** Told of failures that no caller waits for, such as a database that had to be started again. */
  readonly onError: (error: unknown) => void;
}

/** A storage whose database others in this process may connect to. */
export interface EmbeddedStorage extends SqlStorage {
  /** What `pg` takes; one connection's transaction keeps all others waiting. */
  readonly connection: { readonly host: string; readonly user: string; readonly database: string };
}

/**
 * Opens the embedded database in a directory and brings the schema up to date; throws when another process has it.
 *
 * What was acknowledged survives the end of the process, `kill -9` included, but not a loss of power.
 */
export async function openEmbeddedStorage(options: EmbeddedStorageOptions): Promise<EmbeddedStorage> {
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
  const storage = await migrated(database, { vacuums: true }, async () => {
    await database.close();
    await server.stop();
    unlock();
  });
  return { ...storage, connection };
}

async function migrated(
  database: Database,
  upkeep: { readonly vacuums: boolean },
  close: () => Promise<void>,
): Promise<SqlStorage> {
  let tenantWall: TenantWall;
  try {
    tenantWall = await migrate(database);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    tenantWall,
    flags: new PostgresFlagStore(database),
    rollouts: new PostgresRolloutStore(database),
    windows: new PostgresWindowStore(database, upkeep),
    decisions: new PostgresDecisionLog(database),
    keys: new PostgresKeyStore(database),
    tenants: new PostgresTenantStore(database),
    users: new PostgresUserStore(database),
    labels: new PostgresLabelStore(database),
    models: new PostgresModelRegistry(database),
    trainingRuns: new PostgresTrainingRunStore(database),
    shadowScores: new PostgresShadowScoreStore(database),
    modelReviews: new PostgresModelReviewStore(database),
    audit: new PostgresAuditLog(database),
    webhooks: new PostgresWebhookStore(database),
    deliveries: new PostgresDeliveryStore(database),
    ping: () => ping(database),
    close,
  };
}

async function ping(database: Database): Promise<void> {
  try {
    await database.query(sql`select 1`);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('unavailable', 'the database answers, but not to a simple query');
  }
}
