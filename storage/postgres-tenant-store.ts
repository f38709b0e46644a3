import {
  ALL_ENVIRONMENTS,
  type Authorship,
  canonicalJson,
  NO_QUOTAS,
  Problem,
  type Quotas,
  type Tenant,
  type TenantStore,
} from '../domain/index.ts';
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

  async readQuotas(tenant: string): Promise<Quotas | undefined> {
    const [found] = await this.#database.of(tenant).query<{ readonly quotas: Partial<Quotas> }>(sql`
      select quotas from tenant where tenant = ${tenant}`);
    return found && { ...NO_QUOTAS, ...found.quotas };
  }

  async writeQuotas(tenant: string, quotas: Quotas, authorship: Authorship): Promise<boolean> {
    const { actor, reason = null } = authorship;
    const written = await this.#database.of(tenant).query(sql`
      with written as (
        update tenant set quotas = ${JSON.stringify(quotas)}::json where tenant = ${tenant} returning tenant
      )
      select record_audit(tenant, ${ALL_ENVIRONMENTS}, ${actor}, 'quotasChanged', 'quotas', tenant, ${reason},
                          ${canonicalJson(quotas)})
        from written`);
    return written.length > 0;
  }

  async listQuotas(): Promise<ReadonlyMap<string, Quotas>> {
    const limited = await this.#database.acrossTenants.query<{ tenant: string; quotas: Partial<Quotas> }>(sql`
      select tenant, quotas from tenant where quotas::text <> '{}'`);
    return new Map(limited.map(({ tenant, quotas }) => [tenant, { ...NO_QUOTAS, ...quotas }]));
  }

  async countInProgress(tenant: string): Promise<number> {
    const [found] = await this.#database.of(tenant).query<{ readonly count: number }>(sql`
      select count(*) as count from rollout where tenant = ${tenant} and phase in ('running', 'paused')`);
    return found!.count;
  }

  listTenants(): Promise<readonly Tenant[]> {
    return this.#database.acrossTenants.query(sql`
      select tenant, created_at_ms as "createdAtMs" from tenant order by tenant`);
  }
}
