import {
  ALL_ENVIRONMENTS,
  type ApiKey,
  type Authorship,
  BY_SERVER,
  canonicalJson,
  type KeyStore,
} from '../domain/index.ts';
import type { Database } from './database.ts';
import { sql } from './statement.ts';

/** API keys in PostgreSQL; of each secret only the hash. */
export class PostgresKeyStore implements KeyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async createKey(
    { secretHash, ...key }: Omit<ApiKey, 'createdAtMs' | 'isRevoked'> & { readonly secretHash: Uint8Array },
    authorship: Authorship = BY_SERVER,
  ): Promise<ApiKey> {
    const { actor, reason = null } = authorship;
    const { tenant, keyId, environment, name, scopes } = key;
    const [created] = await this.#database.query<{ createdAtMs: number }>(sql`
      with created as (
        insert into api_key (tenant, key_id, environment, name, scopes, secret_hash)
        values (${tenant}, ${keyId}, ${environment}, ${name}, ${scopes}, ${secretHash})
        returning *
      )
      select created_at_ms as "createdAtMs",
             record_audit(tenant, coalesce(environment, ${ALL_ENVIRONMENTS}), ${actor}, 'keyCreated', 'key', key_id,
                          ${reason}, ${canonicalJson({ name, scopes, isRevoked: false })})
        from created`);
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

  async revokeKey(tenant: string, keyId: string, authorship: Authorship = BY_SERVER): Promise<boolean> {
    const { actor, reason = null } = authorship;
    const revoked = await this.#database.query(sql`
      with revoked as (
        update api_key set is_revoked = true where tenant = ${tenant} and key_id = ${keyId} and not is_revoked
        returning *
      )
      select record_audit(tenant, coalesce(environment, ${ALL_ENVIRONMENTS}), ${actor}, 'keyRevoked', 'key', key_id,
                          ${reason}, ${canonicalJson({ isRevoked: true })})
        from revoked`);
    return revoked.length > 0;
  }
}
