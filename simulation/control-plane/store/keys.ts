import type { ApiKey, Clock, KeyStore, StoredKey } from '../../../domain/index.ts';
import type { Statements } from './statements.ts';
import type { Tables } from './tables.ts';

/** API keys. */
export function keyStatements({ keys }: Tables, clock: Clock): Statements<KeyStore> {
  const living = (keyId: string) => {
    const found = keys.get(keyId);
    const isOver = found === undefined || found.isRevoked || (found.expiresAtMs ?? Infinity) <= clock.nowMs();
    return isOver ? undefined : found;
  };
  const ownOf = (tenant: string, keyId: string) => {
    const found = living(keyId);
    return found?.tenant === tenant ? found : undefined;
  };
  return {
    createKey({ expiresAtMs = null, ...key }) {
      const row = { ...key, createdAtMs: clock.nowMs(), expiresAtMs, isRevoked: false, previous: null };
      keys.set(key.keyId, row);
      return withoutSecrets(row);
    },
    findKey: living,
    listKeys: (tenant) => [...keys.values()].filter((row) => row.tenant === tenant).map(withoutSecrets),
    revokeKey(tenant, keyId) {
      const found = ownOf(tenant, keyId);
      if (found === undefined) return false;
      keys.set(keyId, { ...found, isRevoked: true });
      return true;
    },
    rotateKey(tenant, keyId, { secretHash, overlapMs }) {
      const found = ownOf(tenant, keyId);
      if (found === undefined) return undefined;
      const previous = { secretHash: found.secretHash, untilMs: clock.nowMs() + overlapMs };
      const row = { ...found, secretHash, previous };
      keys.set(keyId, row);
      return withoutSecrets(row);
    },
    listLiving: (keyIds) =>
      keyIds.flatMap((keyId) => {
        const found = living(keyId);
        return found === undefined ? [] : [{ keyId, previousUntilMs: found.previous?.untilMs ?? null }];
      }),
  };
}

function withoutSecrets({ secretHash: _, previous: __, ...key }: StoredKey): ApiKey {
  return key;
}
