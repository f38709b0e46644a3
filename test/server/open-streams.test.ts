import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Storage } from '../../domain/index.ts';
import { newToken } from '../../server/index.ts';
import { OpenStreams } from '../../server/open-streams.ts';
import { openPostgresStorage } from '../../storage/index.ts';
import { createDatabase } from '../services/postgres.ts';
import { aKey, TENANT } from './stored-key.ts';

let storage: Storage;
let dropDatabase: () => Promise<void>;

beforeAll(async () => {
  const database = await createDatabase(inject('postgresUrl'));
  dropDatabase = database.drop;
  storage = await openPostgresStorage({ databaseUrl: database.url, onError: () => {} });
});
afterAll(async () => {
  await storage.close();
  await dropDatabase();
});

describe('a sweep over open streams', () => {
  it('ends those of keys that another process has revoked, and no others', async () => {
    const streams = new OpenStreams(() => 0);
    const ended: string[] = [];
    const [{ keyId: kept }, { keyId: revoked }] = [await aKey(storage.keys), await aKey(storage.keys)];
    for (const keyId of [kept, revoked]) streams.add({ keyId, tenant: 'acme' }, () => ended.push(keyId));
    await streams.sweep(storage.keys);
    expect(ended).toEqual([]);
    await storage.keys.revokeKey(TENANT, revoked);
    await streams.sweep(storage.keys);
    expect(ended).toEqual([revoked]);
  });

  it('ends those opened before the end of an overlap of secrets, once it is over', async () => {
    const clock = { nowMs: 1 };
    const streams = new OpenStreams(() => clock.nowMs);
    const ended: string[] = [];
    const { keyId } = await aKey(storage.keys);
    const secret = { secretHash: newToken(['evaluate']).secretHash, overlapMs: 60_000 };
    await storage.keys.rotateKey(TENANT, keyId, secret);
    const { untilMs } = (await storage.keys.findKey(keyId))!.previous!;
    streams.add({ keyId: keyId, tenant: 'acme' }, () => ended.push('before'));
    await streams.sweep(storage.keys);
    expect(ended).toEqual([]);
    clock.nowMs = untilMs + 1;
    streams.add({ keyId: keyId, tenant: 'acme' }, () => ended.push('after'));
    await streams.sweep(storage.keys);
    expect(ended).toEqual(['before']);
  });
});
