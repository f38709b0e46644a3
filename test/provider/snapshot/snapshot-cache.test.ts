import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OpenFeature, ProviderEvents } from '@openfeature/server-sdk';
import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../../domain/index.ts';
import { RampwrightProvider } from '../../../provider/index.ts';
import { readSnapshotFile, writeSnapshotFile } from '../../../provider/snapshot/snapshot-file.ts';
import { aFlagSet, aSnapshot, FlagServer } from '../flag-server.ts';
import { aClient, aServer, cleanUp } from '../harness.ts';
import { settle } from '../manual-clock.ts';

const NOWHERE = { url: 'http://127.0.0.1:9' };
const STREAM = '/api/v1/snapshot/stream';

async function aDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'rampwright-cache-'));
  cleanUp(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

const red = (version: number) => aSnapshot({ version, flagSet: aFlagSet('red') });

/** A directory in which a client has left version 1, with a blue flag, and then version 2, with a red one. */
async function aLeftDirectory() {
  const cacheDirectory = await aDirectory();
  const server = await FlagServer.start();
  const { client, clock, close } = aClient(server, { cacheDirectory });
  await client.ready();
  await expect.poll(() => filesIn(cacheDirectory)).toHaveLength(1);
  const [name] = await filesIn(cacheDirectory);
  const file = join(cacheDirectory, name!);
  await expect.poll(() => server.streams.size).toBe(1);
  server.publish(red(2));
  await expect.poll(() => client.status().version).toBe(2);
  await clock.advanceUntil(() => versionIn(file) === 2);
  await close();
  await server.stop();
  return { cacheDirectory, file };
}

async function filesIn(directory: string): Promise<readonly string[]> {
  return (await readdir(directory)).filter((name) => name.endsWith('.json'));
}

function versionIn(file: string): number | undefined {
  const read = readSnapshotFile(file);
  return typeof read === 'object' ? read.snapshot.version : undefined;
}

/** Changes one byte of what is in the file. */
async function damage(file: string): Promise<void> {
  const bytes = await readFile(file);
  bytes[bytes.length - 20]! ^= 1;
  await writeFile(file, bytes);
}

describe('a start without a server', () => {
  it('serves what the last run left, at once and as stale', async () => {
    const { cacheDirectory } = await aLeftDirectory();
    const { client } = aClient(NOWHERE, { cacheDirectory });
    expect(client.details('color', 'string', 'green')).toMatchObject({ value: 'red', reason: 'STALE' });
    await client.ready();
    expect(client.status()).toMatchObject({ state: 'stale', version: 2 });
    expect(client.status().ageMs).toBeUndefined();
  });

  it('falls back to the version before when the file is damaged, says so, and heals the file', async () => {
    const { cacheDirectory, file } = await aLeftDirectory();
    await damage(file);
    const { client, errors, close } = aClient(NOWHERE, { cacheDirectory });
    expect(client.details('color', 'string', 'green')).toMatchObject({ value: 'blue', reason: 'STALE' });
    expect(errors[0]).toMatchObject({ code: 'cacheFailed', message: expect.stringContaining('is damaged') });
    await close();
    expect([versionIn(file), versionIn(`${file}.prev`)]).toEqual([1, 1]);
  });

  it('goes without flags when both files are damaged, and keeps them', async () => {
    const { cacheDirectory, file } = await aLeftDirectory();
    for (const each of [file, `${file}.prev`]) await damage(each);
    const { client, errors, close } = aClient(NOWHERE, { cacheDirectory });
    expect(client.details('color', 'string', 'green')).toMatchObject({ errorCode: 'PROVIDER_NOT_READY' });
    expect(errors.filter(({ code }) => code === 'cacheFailed')).toHaveLength(1);
    await close();
    expect((await stat(file)).size).toBeGreaterThan(100);
  });

  it.each([
    ['is empty', () => ''],
    ['is cut off', (text: string) => text.slice(0, text.length / 2)],
    ['is of another format', () => '<html></html>\n'],
    [
      'claims another version',
      (text: string) =>
        text.replace('"environment":"test","epoch":1,"version":2', '"environment":"test","epoch":1,"version":9'),
    ],
  ])('does not take a file that %s', async (_name, change) => {
    const { cacheDirectory, file } = await aLeftDirectory();
    await writeFile(file, change(await readFile(file, 'utf8')));
    const { client } = aClient(NOWHERE, { cacheDirectory });
    expect(client.status().version).toBe(1);
  });

  it('never serves flags of another key', async () => {
    const { cacheDirectory } = await aLeftDirectory();
    const { client } = aClient(NOWHERE, { cacheDirectory, apiKey: 'other' });
    expect(client.status().state).toBe('notReady');
  });

  it('is told by OpenFeature as stale after ready', async () => {
    const { cacheDirectory } = await aLeftDirectory();
    const { client } = aClient(NOWHERE, { cacheDirectory });
    const flags = OpenFeature.getClient('from-disk');
    const events: string[] = [];
    for (const type of [ProviderEvents.Ready, ProviderEvents.Stale])
      flags.addHandler(type, () => void events.push(type));
    await OpenFeature.setProviderAndWait('from-disk', new RampwrightProvider(client));
    cleanUp(() => OpenFeature.clearProviders());
    await expect.poll(() => events.at(-1)).toBe(ProviderEvents.Stale);
    expect(await flags.getStringDetails('color', 'green')).toMatchObject({ value: 'red', reason: 'STALE' });
  });
});

describe('a start with a server', () => {
  it('streams from the version on disk without pulling', async () => {
    const { cacheDirectory } = await aLeftDirectory();
    const server = await aServer(red(2));
    const { client } = aClient(server, { cacheDirectory });
    await expect.poll(() => client.status().state).toBe('ready');
    expect(server.requests.map(({ path }) => path)).toEqual([STREAM]);
    expect(server.requests[0]?.headers['last-event-id']).toBe('test:1.2');
  });

  it('never goes back to an older version than the one on disk', async () => {
    const { cacheDirectory, file } = await aLeftDirectory();
    const server = await aServer(aSnapshot({ version: 1 }));
    const { client, errors } = aClient(server, { cacheDirectory });
    await expect.poll(() => errors.map(({ code }) => code)).toContain('snapshotRefused');
    expect(client.details('color', 'string', 'green')).toMatchObject({ value: 'red', reason: 'STALE' });
    expect(versionIn(file)).toBe(2);
  });
});

describe('writing', () => {
  it('happens once a second at most, and always with the newest', async () => {
    const cacheDirectory = await aDirectory();
    const server = await aServer();
    const { client, clock, close } = aClient(server, { cacheDirectory });
    await client.ready();
    await expect.poll(() => filesIn(cacheDirectory)).toHaveLength(1);
    const file = join(cacheDirectory, (await filesIn(cacheDirectory))[0]!);
    await expect.poll(() => server.streams.size).toBe(1);
    for (const version of [2, 3, 4]) server.publish(red(version));
    await expect.poll(() => client.status().version).toBe(4);
    clock.advance(900);
    await settle();
    expect(versionIn(file)).toBe(1);
    clock.advance(100);
    await expect.poll(() => versionIn(file)).toBe(4);
    expect(versionIn(`${file}.prev`)).toBe(1);
    server.publish(red(5));
    await expect.poll(() => client.status().version).toBe(5);
    await close();
    expect(versionIn(file)).toBe(5);
  });

  it('leaves a newer file of another process alone', async () => {
    const file = join(await aDirectory(), 'snapshot.json');
    const order: Partial<Snapshot>[] = [{ version: 7 }, { version: 6 }, { epoch: 0, version: 9 }];
    for (const part of order) await writeSnapshotFile(file, aSnapshot(part));
    expect(versionIn(file)).toBe(7);
    await writeSnapshotFile(file, aSnapshot({ epoch: 2, version: 1 }));
    expect(versionIn(file)).toBe(1);
  });

  it('tells of a disk that refuses once, and evaluations go on', async () => {
    const directory = await aDirectory();
    const server = await aServer();
    await writeFile(join(directory, 'file'), '');
    const { client, errors } = aClient(server, { cacheDirectory: join(directory, 'file') });
    await client.ready();
    await expect.poll(() => server.streams.size).toBe(1);
    server.publish(red(2));
    await expect.poll(() => client.string('color', 'green')).toBe('red');
    await settle();
    expect(errors.map(({ code }) => code)).toEqual(['cacheFailed']);
  });

  it('is for the eyes of the owner alone, and removes what crashes left', async () => {
    const { cacheDirectory, file } = await aLeftDirectory();
    expect((await stat(file)).mode & 0o077).toBe(0);
    const [old, young] = [`${file}.1.tmp`, `${file}.2.tmp`];
    for (const each of [old, young]) await writeFile(each, 'half of a snap');
    await utimes(old, 1_000, 1_000);
    aClient(NOWHERE, { cacheDirectory });
    await expect.poll(() => readdir(cacheDirectory)).not.toContain(old.split('/').at(-1));
    expect(await readdir(cacheDirectory)).toContain(young.split('/').at(-1));
  });
});
