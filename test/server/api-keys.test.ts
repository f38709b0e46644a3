import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { KeyStore, Storage } from '../../domain/index.ts';
import { type Authenticator, createAuthenticator, parseToken } from '../../server/api-keys.ts';
import { newToken } from '../../server/index.ts';
import { openPostgresStorage } from '../../storage/index.ts';
import { createDatabase } from '../services/postgres.ts';
import { aKey, TENANT } from './stored-key.ts';

const STALE_MS = 5_000;

let storage: Storage;
let dropDatabase: () => Promise<void>;
const errors: unknown[] = [];

beforeAll(async () => {
  const database = await createDatabase(inject('postgresUrl'));
  dropDatabase = database.drop;
  storage = await openPostgresStorage({ databaseUrl: database.url, onError: (error) => errors.push(error) });
});
afterAll(async () => {
  await storage.close();
  await dropDatabase();
  expect(errors).toEqual([]);
});

/** An authenticator on the real keys, with a clock that is set by hand, and what it asked the database for. */
function aWatchedAuthenticator() {
  const asked: string[] = [];
  const findKey: KeyStore['findKey'] = (keyId) => {
    asked.push(keyId);
    return storage.keys.findKey(keyId);
  };
  const keys = { findKey } as KeyStore;
  const clock = { nowMs: 0 };
  return { authenticator: createAuthenticator(keys, () => clock.nowMs), asked, clock };
}

const manyTimes = <T>(ask: () => Promise<T>) => Promise.all(Array.from({ length: 50 }, ask));

describe('Looking a key up', () => {
  it('asks the database once for all who ask together, at first and whenever the key has grown stale', async () => {
    const { authenticator, asked, clock } = aWatchedAuthenticator();
    const { token, keyId } = await aKey(storage.keys);
    for (const round of [1, 2, 3]) {
      const found = await Promise.all([
        manyTimes(() => authenticator.find(keyId)),
        manyTimes(() => authenticator.authenticate(token)),
      ]);
      expect(new Set(found.flat().map((key) => key?.keyId))).toEqual(new Set([keyId]));
      expect(asked).toEqual(Array.from({ length: round }, () => keyId));
      expect(authenticator.recall(token)).toMatchObject({ keyId });
      clock.nowMs += STALE_MS;
      expect(authenticator.recall(token)).toBeUndefined();
    }
  });

  it('asks for every key by itself', async () => {
    const { authenticator, asked } = aWatchedAuthenticator();
    const keys = [await aKey(storage.keys), await aKey(storage.keys)];
    await manyTimes(() => Promise.all(keys.map(({ token }) => authenticator.authenticate(token))));
    expect(asked).toEqual(keys.map(({ keyId }) => keyId));
  });

  it('remembers for all that there is no such key', async () => {
    const { authenticator, asked } = aWatchedAuthenticator();
    const { token, keyId } = newToken(['evaluate']);
    expect(new Set(await manyTimes(() => authenticator.authenticate(token)))).toEqual(new Set([undefined]));
    expect(await authenticator.find(keyId)).toBeUndefined();
    expect(asked).toEqual([keyId]);
  });

  it('lets nobody in with another secret, though the key is being looked up for its owner', async () => {
    const { authenticator, asked } = aWatchedAuthenticator();
    const { token, keyId } = await aKey(storage.keys);
    const forged = token.slice(0, -43) + newToken(['evaluate']).token.slice(-43);
    expect(parseToken(forged)?.keyId).toBe(keyId);
    const [owner, stranger] = await Promise.all([token, forged].map((each) => authenticator.authenticate(each)));
    expect([owner?.keyId, stranger, authenticator.recall(forged)]).toEqual([keyId, undefined, undefined]);
    expect(asked).toEqual([keyId]);
  });

  it('goes to the database again after a failure, and meanwhile trusts what was known', async () => {
    const { keyId } = await aKey(storage.keys);
    const failing = await openAndClose();
    await expect(createAuthenticator(failing, () => 0).find(keyId)).rejects.toMatchObject({ code: 'unavailable' });
    let keys = storage.keys;
    const clock = { nowMs: 0 };
    const findKey: KeyStore['findKey'] = (id) => keys.findKey(id);
    const authenticator = createAuthenticator({ findKey } as KeyStore, () => clock.nowMs);
    await authenticator.find(keyId);
    keys = failing;
    clock.nowMs += STALE_MS;
    const meanwhile = await manyTimes(() => authenticator.find(keyId));
    expect(new Set(meanwhile.map((key) => key?.keyId))).toEqual(new Set([keyId]));
    keys = storage.keys;
    await storage.keys.revokeKey(TENANT, keyId);
    expect(await authenticator.find(keyId)).toBeUndefined();
  });
});

describe('A key that is revoked here', () => {
  it('is forgotten at once, by its id and by its token', async () => {
    const { authenticator, asked } = aWatchedAuthenticator();
    const { token, keyId } = await aKey(storage.keys);
    await authenticator.authenticate(token);
    await revoke(authenticator, keyId);
    expect(authenticator.recall(token)).toBeUndefined();
    expect(await authenticator.authenticate(token)).toBeUndefined();
    expect(asked).toEqual([keyId, keyId]);
  });

  it('is forgotten under whichever prefix its secret was shown', async () => {
    const { authenticator } = aWatchedAuthenticator();
    const { token, keyId } = await aKey(storage.keys);
    const tokens = [token, token.replace('rw_srv_', 'rw_adm_'), token.replace('rw_srv_', 'rw_cli_')];
    for (const each of tokens) expect(await authenticator.authenticate(each)).toMatchObject({ scopes: ['evaluate'] });
    await revoke(authenticator, keyId);
    expect(tokens.map((each) => authenticator.recall(each))).toEqual([undefined, undefined, undefined]);
  });

  it('is read again by who asks after it, not shared with who asked before', async () => {
    const { authenticator, asked } = aWatchedAuthenticator();
    const { token, keyId } = await aKey(storage.keys);
    const begunBefore = authenticator.authenticate(token);
    authenticator.forget(keyId);
    const begunAfter = authenticator.find(keyId);
    expect(asked).toEqual([keyId, keyId]);
    await Promise.all([begunBefore, begunAfter]);
    await revoke(authenticator, keyId);
    expect(await authenticator.find(keyId)).toBeUndefined();
  });

  it('is not remembered by a reading that began before and ends after', async () => {
    const { authenticator, asked } = aWatchedAuthenticator();
    const { token, keyId } = await aKey(storage.keys);
    const begunBefore = authenticator.authenticate(token);
    authenticator.forget(keyId);
    expect(await begunBefore).toMatchObject({ keyId });
    expect(authenticator.recall(token)).toBeUndefined();
    await revoke(authenticator, keyId);
    expect(await authenticator.authenticate(token)).toBeUndefined();
    expect(asked).toEqual([keyId, keyId]);
  });
});

async function revoke(authenticator: Authenticator, keyId: string): Promise<void> {
  expect(await storage.keys.revokeKey(TENANT, keyId)).toBe(true);
  authenticator.forget(keyId);
}

/** The keys of a database that cannot be reached any more. */
async function openAndClose(): Promise<KeyStore> {
  const { url, drop } = await createDatabase(inject('postgresUrl'));
  const closed = await openPostgresStorage({ databaseUrl: url, onError: () => {} });
  await closed.close();
  await drop();
  return closed.keys;
}
