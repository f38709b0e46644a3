import { ALL_ENVIRONMENTS, type Authorship, Problem, type Tenant, type TenantStore } from '../domain/index.ts';
import type { Database } from './database.ts';
import { sql } from './statement.ts';

/** Tenants in PostgreSQL. */
export class PostgresTenantStore implements TenantStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async createTenant(tenant: string, authorship: Authorship): Promise<Tenant> {
    const { actor, reason = null } = authorship;
    const [created] = await this.#database.of(tenant).query<Tenant>(sql`
      with created as (
        insert into tenant (tenant) values (${tenant}) on conflict do nothing returning *
      )
      select tenant, created_at_ms as "createdAtMs",
             record_audit(tenant, ${ALL_ENVIRONMENTS}, ${actor}, 'tenantCreated', 'tenant', tenant, ${reason},
                          '{}')
        from created`);
    if (created === undefined) throw new Problem('tenantExists', `"${tenant}"`);
    return { tenant: created.tenant, createdAtMs: created.createdAtMs };
  }

  async readTenant(tenant: string): Promise<Tenant | undefined> {
    const [found] = await this.#database.of(tenant).query<Tenant>(sql`
      select tenant, created_at_ms as "createdAtMs" from tenant where tenant = ${tenant}`);
    return found;
  }

  listTenants(): Promise<readonly Tenant[]> {
    return this.#database.acrossTenants.query(sql`
      select tenant, created_at_ms as "createdAtMs" from tenant order by tenant`);
  }
}
