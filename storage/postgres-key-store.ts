import {
  ALL_ENVIRONMENTS,
  type ApiKey,
  type Authorship,
  BY_SERVER,
  canonicalJson,
  type KeyStore,
  type LivingKey,
  type NewApiKey,
  type StoredKey,
} from '../domain/index.ts';
import type { Database } from './database.ts';
import { sql } from './statement.ts';

/** API keys in PostgreSQL; of each secret only the hash. */
export class PostgresKeyStore implements KeyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async createKey({ secretHash, ...key }: NewApiKey, authorship: Authorship = BY_SERVER): Promise<ApiKey> {
    const { actor, reason = null } = authorship;
    const { tenant, keyId, environment, name, scopes, expiresAtMs = null } = key;
    const audited = { name, scopes, ...(expiresAtMs === null ? {} : { expiresAtMs }), isRevoked: false };
    const [created] = await this.#database.of(tenant).query<{ createdAtMs: number }>(sql`
      with created as (
        insert into api_key (tenant, key_id, environment, name, scopes, secret_hash, expires_at_ms)
        values (${tenant}, ${keyId}, ${environment}, ${name}, ${scopes}, ${secretHash}, ${expiresAtMs})
        returning *
      )
      select created_at_ms as "createdAtMs",
             record_audit(tenant, coalesce(environment, ${ALL_ENVIRONMENTS}), ${actor}, 'keyCreated', 'key', key_id,
                          ${reason}, ${canonicalJson(audited)})
        from created`);
    return { ...key, createdAtMs: created!.createdAtMs, expiresAtMs, isRevoked: false };
  }

  async findKey(keyId: string): Promise<StoredKey | undefined> {
    const [row] = await this.#database.acrossTenants.query<StoredRow>(sql`
      select key_id as "keyId", tenant, environment, name, scopes, created_at_ms as "createdAtMs",
             expires_at_ms as "expiresAtMs", is_revoked as "isRevoked", secret_hash as "secretHash",
             previous_secret_hash as "previousSecretHash", previous_until_ms as "previousUntilMs"
        from api_key
       where key_id = ${keyId} and not is_revoked and coalesce(expires_at_ms > (select now_ms()), true)`);
    if (row === undefined) return undefined;
    const { previousSecretHash, previousUntilMs, ...key } = row;
    const isRotated = previousSecretHash !== null && previousUntilMs !== null;
    return { ...key, previous: isRotated ? { secretHash: previousSecretHash, untilMs: previousUntilMs } : null };
  }

  listKeys(tenant: string): Promise<readonly ApiKey[]> {
    return this.#database.of(tenant).query(sql`
      select key_id as "keyId", tenant, environment, name, scopes, created_at_ms as "createdAtMs",
             expires_at_ms as "expiresAtMs", is_revoked as "isRevoked"
        from api_key where tenant = ${tenant} order by created_at_ms, key_id`);
  }

  async revokeKey(tenant: string, keyId: string, authorship: Authorship = BY_SERVER): Promise<boolean> {
    const { actor, reason = null } = authorship;
    const revoked = await this.#database.of(tenant).query(sql`
      with revoked as (
        update api_key set is_revoked = true where tenant = ${tenant} and key_id = ${keyId} and not is_revoked
        returning *
      )
      select record_audit(tenant, coalesce(environment, ${ALL_ENVIRONMENTS}), ${actor}, 'keyRevoked', 'key', key_id,
                          ${reason}, ${canonicalJson({ isRevoked: true })})
        from revoked`);
    return revoked.length > 0;
  }

  async rotateKey(
    tenant: string,
    keyId: string,
    { secretHash, overlapMs }: { readonly secretHash: Uint8Array; readonly overlapMs: number },
    authorship: Authorship = BY_SERVER,
  ): Promise<ApiKey | undefined> {
    const { actor, reason = null } = authorship;
    const [rotated] = await this.#database.of(tenant).query<{ readonly key: ApiKey }>(sql`
      with rotated as (
        update api_key set secret_hash = ${secretHash}, previous_secret_hash = secret_hash,
               previous_until_ms = now_ms() + ${overlapMs}::bigint
         where tenant = ${tenant} and key_id = ${keyId} and not is_revoked
           and coalesce(expires_at_ms > (select now_ms()), true)
        returning *
      )
      select json_build_object('keyId', key_id, 'tenant', tenant, 'environment', environment, 'name', name,
               'scopes', scopes, 'createdAtMs', created_at_ms, 'expiresAtMs', expires_at_ms,
               'isRevoked', is_revoked) as key,
             record_audit(tenant, coalesce(environment, ${ALL_ENVIRONMENTS}), ${actor}, 'keyRotated', 'key', key_id,
                          ${reason}, ${canonicalJson({ isRevoked: false, overlapMs })})
        from rotated`);
    return rotated?.key;
  }

  listLiving(keyIds: readonly string[]): Promise<readonly LivingKey[]> {
    return this.#database.acrossTenants.query(sql`
      select key_id as "keyId", previous_until_ms as "previousUntilMs" from api_key
       where key_id = any(${keyIds}::text[]) and not is_revoked and coalesce(expires_at_ms > (select now_ms()), true)`);
  }
}

interface StoredRow extends Omit<StoredKey, 'previous'> {
  readonly previousSecretHash: Uint8Array | null;
  readonly previousUntilMs: number | null;
}
