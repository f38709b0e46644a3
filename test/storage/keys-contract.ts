import { expect, it } from 'vitest';
import type { Storage } from '../../domain/index.ts';

const SECRET_HASH = Uint8Array.from({ length: 32 }, (_, n) => 255 - n);

export function keysContract(get: () => Storage): void {
  it('finds a key with its hash until it is revoked, and lists it for ever', async () => {
    const { keys } = get();
    const key = {
      keyId: `key-${process.pid}`,
      tenant: 'acme-keys',
      environment: 'production',
      name: 'web servers',
      scopes: ['evaluate', 'ingest'],
    } as const;
    const created = await keys.createKey({ ...key, secretHash: SECRET_HASH });
    expect(created).toEqual({ ...key, createdAtMs: expect.any(Number), isRevoked: false });
    expect(Math.abs(created.createdAtMs - Date.now())).toBeLessThan(10_000);
    const { secretHash, ...found } = (await keys.findKey(key.keyId))!;
    expect(found).toEqual(created);
    expect([...secretHash]).toEqual([...SECRET_HASH]);
    expect(await keys.revokeKey('globex', key.keyId)).toBe(false);
    expect(await keys.revokeKey('acme-keys', key.keyId)).toBe(true);
    expect(await keys.revokeKey('acme-keys', key.keyId)).toBe(false);
    expect(await keys.findKey(key.keyId)).toBeUndefined();
    expect(await keys.listKeys('acme-keys')).toEqual([{ ...created, isRevoked: true }]);
  });

  it('keeps keys for all environments, and lists those of one tenant only', async () => {
    const { keys } = get();
    const key = { name: 'root', scopes: ['admin'], environment: null, secretHash: SECRET_HASH } as const;
    await keys.createKey({ ...key, keyId: 'root-of-umbrella', tenant: 'umbrella' });
    await keys.createKey({ ...key, keyId: 'root-of-initech', tenant: 'initech' });
    expect(await keys.findKey('root-of-umbrella')).toMatchObject({ tenant: 'umbrella', environment: null });
    expect((await keys.listKeys('initech')).map(({ keyId }) => keyId)).toEqual(['root-of-initech']);
    expect(await keys.findKey('unknown')).toBeUndefined();
  });
}
