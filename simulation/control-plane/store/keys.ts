import type { ApiKey, Clock, KeyStore } from '../../../domain/index.ts';
import type { Statements } from './statements.ts';
import type { Tables } from './tables.ts';

/** API keys. */
export function keyStatements({ keys }: Tables, clock: Clock): Statements<KeyStore> {
  return {
    createKey({ secretHash, ...key }) {
      const row: ApiKey = { ...key, createdAtMs: clock.nowMs(), isRevoked: false };
      keys.set(key.keyId, { row, secretHash });
      return row;
    },
    findKey(keyId) {
      const found = keys.get(keyId);
      return found === undefined || found.row.isRevoked ? undefined : { ...found.row, secretHash: found.secretHash };
    },
    listKeys: (tenant) => [...keys.values()].map(({ row }) => row).filter((row) => row.tenant === tenant),
    revokeKey(tenant, keyId) {
      const found = keys.get(keyId);
      if (found === undefined || found.row.tenant !== tenant || found.row.isRevoked) return false;
      found.row = { ...found.row, isRevoked: true };
      return true;
    },
  };
}
