import type { KeyStore } from '../../domain/index.ts';
import { newToken } from '../../server/index.ts';

/** The tenant of the keys that `aKey` stores. */
export const TENANT = 'acme';

/** Stores a new key that evaluates in the environment "production". */
export async function aKey(
  keys: Pick<KeyStore, 'createKey'>,
): Promise<{ readonly token: string; readonly keyId: string }> {
  const { token, keyId, secretHash } = newToken(['evaluate']);
  await keys.createKey({
    keyId,
    tenant: TENANT,
    environment: 'production',
    name: 'web',
    scopes: ['evaluate'],
    secretHash,
  });
  return { token, keyId };
}
