import type { ApiKey, KeyStore } from '../domain/index.ts';
import type { Database } from './database.ts';
import { sql } from './statement.ts';

/** API keys in PostgreSQL; of each secret only the hash. */
export class PostgresKeyStore implements KeyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async createKey({
    secretHash,
    ...key
  }: Omit<ApiKey, 'createdAtMs' | 'isRevoked'> & { readonly secretHash: Uint8Array }): Promise<ApiKey> {
    const { tenant, keyId, environment, name, scopes } = key;
    const [created] = await this.#database.query<{ createdAtMs: number }>(sql`
      insert into api_key (tenant, key_id, environment, name, scopes, secret_hash)
      values (${tenant}, ${keyId}, ${environment}, ${name}, ${scopes}, ${secretHash})
      returning created_at_ms as "createdAtMs"`);
    return { ...key, createdAtMs: created!.createdAtMs, isRevoked: false };
  }

  async findKey(keyId: string): Promise<(ApiKey & { readonly secretHash: Uint8Array }) | undefined> {
    const [key] = await this.#database.query<ApiKey & { readonly secretHash: Uint8Array }>(sql`
      select key_id as "keyId", tenant, environment, name, scopes, created_at_ms as "createdAtMs",
             is_revoked as "isRevoked", secret_hash as "secretHash"
        from api_key where key_id = ${keyId} and not is_revoked`);
    return key;
  }

  listKeys(tenant: string): Promise<readonly ApiKey[]> {
    return this.#database.query(sql`
      select key_id as "keyId", tenant, environment, name, scopes, created_at_ms as "createdAtMs",
             is_revoked as "isRevoked"
        from api_key where tenant = ${tenant} order by created_at_ms, key_id`);
  }

  async revokeKey(tenant: string, keyId: string): Promise<boolean> {
    const revoked = await this.#database.query(sql`
      update api_key set is_revoked = true where tenant = ${tenant} and key_id = ${keyId} and not is_revoked
      returning 1`);
    return revoked.length > 0;
  }
}
