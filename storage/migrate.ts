import { createHash } from 'node:crypto';
import type { Database, Query, TenantWall } from './database.ts';
import { FIRST_TABLES } from './migrations/0001-first-tables.ts';
import { ENVIRONMENT_SETTINGS } from './migrations/0002-environment-settings.ts';
import { WINDOW_SOURCES } from './migrations/0003-window-sources.ts';
import { OTLP_STREAMS } from './migrations/0004-otlp-streams.ts';
import { LEARNING } from './migrations/0005-learning.ts';
import { PATIENCE } from './migrations/0006-patience.ts';
import { AUDIT } from './migrations/0007-audit.ts';
import { STEERING } from './migrations/0008-steering.ts';
import { RESTRICTIONS } from './migrations/0009-restrictions.ts';
import { TENANTS } from './migrations/0010-tenants.ts';
import { ROW_LEVEL_SECURITY } from './migrations/0011-row-level-security.ts';
import { QUOTAS } from './migrations/0012-quotas.ts';
import { APPROVALS } from './migrations/0013-approvals.ts';
import { WEBHOOKS } from './migrations/0014-webhooks.ts';
import { USERS } from './migrations/0016-users.ts';
import { IDENTITIES } from './migrations/0017-identities.ts';
import { ADMISSION } from './migrations/0018-admission.ts';
import { FLAT_SKETCHES } from './migrations/0019-flat-sketches.ts';
import { MODEL_REVIEWS } from './migrations/0020-model-reviews.ts';
import { ALL_TENANTS } from './reach.ts';
import { sql } from './statement.ts';

/** A step of the schema; once released, its text never changes. */
interface Migration {
  readonly name: string;
  /** Statements in a string rather than in a `.sql` file, so that sources and compiled code find them alike. */
  readonly statements: string;
}

/** All migrations, in the order in which they apply. */
export const MIGRATIONS: readonly Migration[] = [
  { name: '0001-first-tables', statements: FIRST_TABLES },
  { name: '0002-environment-settings', statements: ENVIRONMENT_SETTINGS },
  { name: '0003-window-sources', statements: WINDOW_SOURCES },
  { name: '0004-otlp-streams', statements: OTLP_STREAMS },
  { name: '0005-learning', statements: LEARNING },
  { name: '0006-patience', statements: PATIENCE },
  { name: '0007-audit', statements: AUDIT },
  { name: '0008-steering', statements: STEERING },
  { name: '0009-restrictions', statements: RESTRICTIONS },
  { name: '0010-tenants', statements: TENANTS },
  { name: '0011-row-level-security', statements: ROW_LEVEL_SECURITY },
  { name: '0012-quotas', statements: QUOTAS },
  { name: '0013-approvals', statements: APPROVALS },
  { name: '0014-webhooks', statements: WEBHOOKS },
  { name: '0016-users', statements: USERS },
  { name: '0017-identities', statements: IDENTITIES },
  { name: '0018-admission', statements: ADMISSION },
  { name: '0019-flat-sketches', statements: FLAT_SKETCHES },
  { name: '0020-model-reviews', statements: MODEL_REVIEWS },
];

/** Any number, the same in every process: whoever migrates holds this advisory lock. */
const MIGRATION_LOCK = 7_261_944_013;

/**
 * Brings the schema up to date, all missing migrations in one transaction; says what keeps tenants apart in it.
 *
 * Throws when a migration that was applied differs from the one given: then code and database do not belong together.
 */
export async function migrate(database: Database, migrations: readonly Migration[] = MIGRATIONS): Promise<TenantWall> {
  await database.transaction(async (query) => {
    // Two processes may start at once: the second waits, longer than for an ordinary lock, and finds nothing to do.
    await query(sql`set local lock_timeout = '60s'`);
    await query(sql`set local statement_timeout = '60s'`);
    await query(sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    // A migration may have to change rows of all tenants, whoever connects.
    await query(sql`select set_config('rampwright.tenant', ${ALL_TENANTS}, true)`);
    await query(sql`create table if not exists schema_migration (
      name text primary key, sha256 text not null, at timestamptz not null default clock_timestamp())`);
    const applied = await query<{ name: string; sha256: string }>(sql`select name, sha256 from schema_migration`);
    const sha256ByName = new Map(applied.map(({ name, sha256 }) => [name, sha256]));
    for (const migration of migrations) await applyOnce(query, migration, sha256ByName.get(migration.name));
  });
  return database.raiseWall();
}

async function applyOnce(query: Query, { name, statements }: Migration, appliedSha256: string | undefined) {
  const sha256 = createHash('sha256').update(statements).digest('hex');
  if (appliedSha256 === sha256) return;
  if (appliedSha256 !== undefined) {
    throw new Error(
      `Migration ${name} was applied to this database with another text (sha256 ${appliedSha256}, here ${sha256}). ` +
        'Start the version that the database was made for, or restore the migration and add a new one for the change.',
    );
  }
  await query({ text: statements, values: [] });
  await query(sql`insert into schema_migration (name, sha256) values (${name}, ${sha256})`);
}
