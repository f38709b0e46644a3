import type { Authorship } from './ports.ts';

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
}
