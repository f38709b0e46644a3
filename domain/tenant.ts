import type { Authorship } from './ports.ts';
import type { Quotas } from './quotas.ts';

/** A customer of the server: whoever has environments, keys and people of their own. */
export interface Tenant {
  readonly tenant: string;
  readonly createdAtMs: number;
}

/** Tenants, for who runs the server. */
export interface TenantStore {
  /** Problem `tenantExists`. */
  createTenant(tenant: string, authorship: Authorship): Promise<Tenant>;
  readTenant(tenant: string): Promise<Tenant | undefined>;
  /** All tenants, by name. */
  listTenants(): Promise<readonly Tenant[]>;
  /** What a tenant may use; undefined when there is none of this name. */
  readQuotas(tenant: string): Promise<Quotas | undefined>;
  /** Replaces what a tenant may use; false when there is none of this name. */
  writeQuotas(tenant: string, quotas: Quotas, authorship: Authorship): Promise<boolean>;
  /** What all tenants may use that somebody has limited. */
  listQuotas(): Promise<ReadonlyMap<string, Quotas>>;
  /** Rollouts of a tenant, in all its environments, that are running or paused. */
  countInProgress(tenant: string): Promise<number>;
}
