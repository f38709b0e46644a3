import { type LearningStorage, Problem } from '../domain/index.ts';
import type { Database, TenantWall } from './database.ts';
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

/**
 * Where the database of an open storage is, as `pg` takes it: for others on this machine, who may connect as well.
 *
 * It may hold a password. Embedded, one connection's transaction keeps all others waiting.
 */
export type StorageConnection =
  | { readonly connectionString: string }
  | { readonly host: string; readonly user: string; readonly database: string };

/** A storage, and what keeps the tenants in it apart beside the conditions of its statements. */
export interface SqlStorage extends LearningStorage {
  readonly tenantWall: TenantWall;
  readonly connection: StorageConnection;
}

/** What stores do not know by themselves. */
export interface Upkeep extends Pick<SqlStorage, 'tenantWall' | 'connection' | 'close'> {
  /** Whether windows that were deleted are vacuumed at once: there is nobody else to do it. */
  readonly vacuums: boolean;
}

/** All ports on one database. */
export function storesOn(database: Database, { vacuums, ...upkeep }: Upkeep): SqlStorage {
  return {
    flags: new PostgresFlagStore(database),
    rollouts: new PostgresRolloutStore(database),
    windows: new PostgresWindowStore(database, { vacuums }),
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
    ...upkeep,
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
