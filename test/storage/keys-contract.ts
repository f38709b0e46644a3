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
    expect(created).toEqual({ ...key, createdAtMs: expect.any(Number), expiresAtMs: null, isRevoked: false });
    expect(Math.abs(created.createdAtMs - Date.now())).toBeLessThan(10_000);
    const { secretHash, previous, ...found } = (await keys.findKey(key.keyId))!;
    expect(found).toEqual(created);
    expect([...secretHash]).toEqual([...SECRET_HASH]);
    expect(previous).toBeNull();
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

  it('gives a key a new secret beside the old one, and counts only keys that are good as living', async () => {
    const { keys } = get();
    const key = { tenant: 'acme-rotated', environment: 'production', name: 'web', scopes: ['evaluate'] } as const;
    const NEW_HASH = SECRET_HASH.map((byte) => byte ^ 1);
    for (const keyId of ['turned', 'dropped']) await keys.createKey({ ...key, keyId, secretHash: SECRET_HASH });
    await keys.createKey({ ...key, keyId: 'expired', secretHash: SECRET_HASH, expiresAtMs: 1 });
    const secret = { secretHash: NEW_HASH, overlapMs: 60_000 };
    expect(await keys.rotateKey('globex', 'turned', secret)).toBeUndefined();
    expect(await keys.rotateKey('acme-rotated', 'expired', secret)).toBeUndefined();
    expect(await keys.rotateKey('acme-rotated', 'turned', secret)).toMatchObject({ keyId: 'turned', name: 'web' });
    const found = (await keys.findKey('turned'))!;
    expect([...found.secretHash]).toEqual([...NEW_HASH]);
    expect([...found.previous!.secretHash]).toEqual([...SECRET_HASH]);
    expect(found.previous!.untilMs - Date.now()).toBeGreaterThan(50_000);
    await keys.revokeKey('acme-rotated', 'dropped');
    expect(await keys.findKey('expired')).toBeUndefined();
    expect(await keys.listLiving(['turned', 'dropped', 'expired', 'unknown'])).toEqual([
      { keyId: 'turned', previousUntilMs: found.previous!.untilMs },
    ]);
  });
}
