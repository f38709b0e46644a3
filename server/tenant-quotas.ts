import { NO_QUOTAS, type Quotas, type TenantStore } from '../domain/index.ts';

/** The quotas of all tenants as this process knows them: asked for with every request, so kept in memory. */
export class TenantQuotas {
  readonly #tenants: Pick<TenantStore, 'listQuotas'>;
  #byTenant: ReadonlyMap<string, Quotas> = new Map();

  constructor(tenants: Pick<TenantStore, 'listQuotas'>) {
    this.#tenants = tenants;
  }

  /** What the tenant may use, as of the last reading. */
  of(tenant: string): Quotas {
    return this.#byTenant.get(tenant) ?? NO_QUOTAS;
  }

  /** Reads them anew; while the database is away, they stay as they are. */
  async refresh(): Promise<void> {
    this.#byTenant = await this.#tenants.listQuotas();
  }
}
