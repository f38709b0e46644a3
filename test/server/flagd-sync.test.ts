import { connect as connectHttp2 } from 'node:http2';
import { type ClientReadableStream, credentials, Metadata, makeClientConstructor, status } from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Storage } from '../../domain/index.ts';
import { createAuthenticator, parseToken } from '../../server/api-keys.ts';
import { FLAG_SYNC_SERVICE, type SyncRequest } from '../../server/flagd/sync-protocol.ts';
import { type SyncServer, type SyncServerOptions, startSyncServer } from '../../server/flagd/sync-server.ts';
import { FIRST_ENVIRONMENT, FIRST_TENANT, newToken } from '../../server/index.ts';
import { OpenStreams } from '../../server/open-streams.ts';
import { SnapshotPublisher } from '../../server/snapshot-publisher.ts';
import { openEmbeddedStorage } from '../../storage/index.ts';
import { aFlag } from './builders.ts';
import { CERTIFICATE, PRIVATE_KEY } from './flagd-certificate.ts';
import { temporaryDirectory } from './flagd-support.ts';

const SCOPE = { tenant: FIRST_TENANT, environment: FIRST_ENVIRONMENT };
const SyncClient = makeClientConstructor(FLAG_SYNC_SERVICE, 'FlagSyncService');

let storage: Storage;
let publisher: SnapshotPublisher;
let authenticator: ReturnType<typeof createAuthenticator>;
let removeDirectory: () => Promise<void>;
let apiKey: string;
const cleanups: (() => unknown)[] = [];
const errors: unknown[] = [];
const largeMessages: number[] = [];

beforeAll(async () => {
  const directory = await temporaryDirectory();
  removeDirectory = directory.remove;
  storage = await openEmbeddedStorage({ directory: directory.path, onError: (error) => errors.push(error) });
  await storage.flags.createEnvironment(SCOPE);
  publisher = new SnapshotPublisher(storage.flags);
  authenticator = createAuthenticator(storage.keys, () => performance.now());
  apiKey = await createKey('evaluate');
  await put('thing');
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  expect(errors).toEqual([]);
});
afterAll(async () => {
  await storage.close();
  await removeDirectory();
});

/** A key of the environment, or of all when `environment` is null. */
async function createKey(scope: 'evaluate' | 'ingest' | 'admin', environment: string | null = FIRST_ENVIRONMENT) {
  const { token, keyId, secretHash } = newToken([scope]);
  const { tenant } = SCOPE;
  await storage.keys.createKey({ keyId, tenant, environment, name: scope, scopes: [scope], secretHash });
  return token;
}

async function put(flagKey: string, changes: Parameters<typeof aFlag>[0] = {}) {
  await storage.flags.writeFlag(SCOPE, flagKey, aFlag(changes), { actor: 'test' });
  return (await publisher.refresh(SCOPE)).snapshot.version;
}

async function start(
  options: Partial<SyncServerOptions> = {},
  streams = new OpenStreams(() => Date.now()),
): Promise<SyncServer> {
  const deps = {
    publisher,
    authenticator,
    streams,
    onError: (error: unknown) => errors.push(error),
    onLargeMessage: (_: string, bytes: number) => largeMessages.push(bytes),
  };
  const server = await startSyncServer(deps, { host: '127.0.0.1', port: 0, tls: null, ...options });
  let isClosed = false;
  const close = async () => {
    if (!isClosed) await server.close();
    isClosed = true;
  };
  cleanups.push(close);
  return { port: server.port, close };
}

interface Call {
  readonly headers?: Readonly<Record<string, string>>;
  readonly selector?: string;
  readonly providerId?: string;
}

function clientOf(port: number, root?: string) {
  const channel = root === undefined ? credentials.createInsecure() : credentials.createSsl(Buffer.from(root));
  const client = new SyncClient(`localhost:${port}`, channel);
  cleanups.push(() => client.close());
  return client;
}

/** Opens a stream and collects what it says. */
function open(client: InstanceType<typeof SyncClient>, { headers = { 'x-api-key': apiKey }, ...request }: Call = {}) {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const stream = client['SyncFlags']!(request, metadata) as unknown as ClientReadableStream<Buffer>;
  const definitions: ReturnType<typeof definitionOf>[] = [];
  stream.on('data', (message: Buffer) => definitions.push(definitionOf(message)));
  const ended = new Promise<{ code: number; details: string }>((resolve) => {
    stream.on('error', (error) => resolve(error as Error & { code: number; details: string }));
    stream.on('end', () => resolve({ code: status.OK, details: 'ended cleanly' }));
  });
  return { stream, definitions, ended };
}

function definitionOf(message: Buffer) {
  const reader = protobuf.Reader.create(message);
  expect(reader.uint32()).toBe((1 << 3) | 2);
  const definition = JSON.parse(reader.string()) as { flags: Record<string, unknown>; metadata: { version: string } };
  return definition;
}

const outcomeOf = async (port: number, call: Call) => {
  const { definitions, ended, stream } = open(clientOf(port), call);
  const first = new Promise<string>((resolve) => stream.once('data', () => resolve('OK')));
  const outcome = await Promise.race([first, ended.then(({ code }) => status[code])]);
  stream.cancel();
  return { outcome, definitions };
};

describe('who may synchronise', () => {
  const cases: readonly [string, () => Promise<Call>, string][] = [
    ['a key as bearer token', async () => ({ headers: { authorization: `Bearer ${apiKey}` } }), 'OK'],
    ['a key as x-api-key', async () => ({ headers: { 'x-api-key': apiKey } }), 'OK'],
    ['a key in the selector of the request', async () => ({ headers: {}, selector: `apiKey=${apiKey}` }), 'OK'],
    ['a key as provider id', async () => ({ headers: {}, providerId: apiKey }), 'OK'],
    ['a provider id beside a key', async () => ({ headers: asKey(), providerId: 'weather-app' }), 'OK'],
    ['a provider id that is no key', async () => ({ headers: {}, providerId: 'weather-app' }), 'UNAUTHENTICATED'],
    [
      'a key and the flag set in the selector header',
      async () => ({ headers: { 'flagd-selector': `flagSetId=production, apiKey=${apiKey}` } }),
      'OK',
    ],
    ['its own environment by name', async () => ({ headers: asKey(), selector: 'production' }), 'OK'],
    ['another environment', async () => ({ headers: asKey(), selector: 'flagSetId=staging' }), 'INVALID_ARGUMENT'],
    [
      'another environment in the header, which wins over the request',
      async () => ({ headers: { ...asKey(), 'flagd-selector': 'staging' }, selector: 'production' }),
      'INVALID_ARGUMENT',
    ],
    [
      'a source, which there is none of',
      async () => ({ headers: asKey(), selector: 'source=a.json' }),
      'INVALID_ARGUMENT',
    ],
    ['an empty flag set', async () => ({ headers: asKey(), selector: 'flagSetId=' }), 'INVALID_ARGUMENT'],
    ['no key', async () => ({ headers: {} }), 'UNAUTHENTICATED'],
    ['a false key', async () => ({ headers: { 'x-api-key': newToken(['evaluate']).token } }), 'UNAUTHENTICATED'],
    ['a text that is no key', async () => ({ headers: { authorization: 'Bearer secret' } }), 'UNAUTHENTICATED'],
    [
      'a key that may only report',
      async () => ({ headers: { 'x-api-key': await createKey('ingest') } }),
      'PERMISSION_DENIED',
    ],
    [
      'an admin key of all environments',
      async () => ({ headers: { 'x-api-key': await createKey('admin', null) } }),
      'PERMISSION_DENIED',
    ],
  ];
  const asKey = () => ({ 'x-api-key': apiKey });

  it.each(cases)('%s', async (_, call, expected) => {
    const { port } = await start();
    expect((await outcomeOf(port, await call())).outcome).toBe(expected);
  });

  it('a revoked key gets no newer flags', async () => {
    const streams = new OpenStreams(() => Date.now());
    const { port } = await start({}, streams);
    const key = await createKey('evaluate');
    const { definitions, ended } = open(clientOf(port), { headers: { 'x-api-key': key } });
    await expect.poll(() => definitions.length).toBe(1);
    const { keyId } = parseToken(key)!;
    await storage.keys.revokeKey(SCOPE.tenant, keyId);
    await streams.sweep(storage.keys);
    await put('after-revocation');
    expect((await ended).code).toBe(status.UNAUTHENTICATED);
    expect(definitions).toHaveLength(1);
  });
});

describe('a stream', () => {
  it('begins with the newest definition and sends every newer one completely', async () => {
    const { port } = await start();
    const version = await put('first');
    const { definitions } = open(clientOf(port));
    await expect.poll(() => definitions.length).toBe(1);
    expect(definitions[0]).toMatchObject({ flags: { first: {}, thing: {} }, metadata: { version: String(version) } });
    await put('second');
    await expect.poll(() => definitions.length).toBe(2);
    expect(definitions[1]).toMatchObject({
      flags: { first: {}, second: {} },
      metadata: { version: String(version + 1) },
    });
  });

  it('ends with UNAVAILABLE when the server goes away, before it is closed', async () => {
    const { port, close } = await start();
    const { definitions, ended } = open(clientOf(port));
    await expect.poll(() => definitions.length).toBe(1);
    await close();
    expect(await ended).toMatchObject({ code: status.UNAVAILABLE, details: 'the server is shutting down' });
  });

  it('is one too many above the limit of its key, until another one of the key is over', async () => {
    const { port } = await start({ maxStreamsPerKey: 2 });
    const client = clientOf(port);
    const [first, second] = [open(client), open(client)];
    await expect.poll(() => first.definitions.length + second.definitions.length).toBe(2);
    expect((await outcomeOf(port, {})).outcome).toBe('RESOURCE_EXHAUSTED');
    expect((await outcomeOf(port, { headers: { 'x-api-key': await createKey('evaluate') } })).outcome).toBe('OK');
    first.stream.cancel();
    await expect.poll(async () => (await outcomeOf(port, {})).outcome).toBe('OK');
  });

  it('ends for good reason when the environment begins to bucket in a way that flagd does not know', async () => {
    const { port } = await start();
    const { definitions, ended } = open(clientOf(port));
    await expect.poll(() => definitions.length).toBe(1);
    const settings = { bucketing: 'murmur3-cbor', staticContext: {}, corsOrigins: [], freezes: [] } as const;
    await storage.flags.writeSettings(SCOPE, settings, { actor: 'test' });
    await publisher.refresh(SCOPE);
    expect((await ended).code).toBe(status.FAILED_PRECONDITION);
    await storage.flags.writeSettings(SCOPE, { ...settings, bucketing: 'murmur3' }, { actor: 'test' });
    await publisher.refresh(SCOPE);
  });

  it('skips versions for a slow reader, who holds up nobody and gets the newest at last', async () => {
    const { port, close } = await start();
    const padding = { padding: 'x'.repeat(300_000) };
    await put('large', { metadata: padding });
    const slow = await openSlowly(port);
    const quick = open(clientOf(port));
    await expect.poll(() => quick.definitions.length).toBe(1);
    let version = 0;
    for (let change = 0; change < 20; change++) {
      version = await put('large', { metadata: { ...padding, change } });
      await expect.poll(() => quick.definitions.length).toBe(change + 2);
    }
    slow.resume();
    await expect.poll(() => slow.versions().at(-1)).toBe(String(version));
    expect(slow.versions().length).toBeLessThanOrEqual(3);
    slow.pause();
    await put('large', { metadata: { ...padding, isLast: true } });
    await expect.poll(() => quick.definitions.length).toBe(22);
    // Closing does not wait for somebody who reads nothing.
    await close();
    await put('large');
  });

  it('warns once for each version that clients may soon refuse for its size', async () => {
    const { port } = await start();
    await put('huge', { metadata: { padding: 'x'.repeat(3_200_000) } });
    const client = clientOf(port);
    const readers = [open(client), open(client)];
    await expect.poll(() => readers.map(({ definitions }) => definitions.length)).toEqual([1, 1]);
    expect(largeMessages).toHaveLength(1);
    await put('huge');
  });
});

/** A reader on bare HTTP/2 that takes nothing beyond its flow-control window until it resumes. */
async function openSlowly(port: number) {
  const session = connectHttp2(`http://localhost:${port}`);
  cleanups.push(() => session.destroy());
  session.on('error', () => {});
  const request = session.request({
    ':method': 'POST',
    ':path': FLAG_SYNC_SERVICE.SyncFlags.path,
    'content-type': 'application/grpc',
    te: 'trailers',
    'x-api-key': apiKey,
  });
  request.on('error', () => {});
  request.end(Buffer.alloc(5));
  await new Promise((resolve) => request.once('response', resolve));
  const chunks: Buffer[] = [];
  const versions = () => {
    const bytes = Buffer.concat(chunks);
    const found: string[] = [];
    for (let at = 0; at + 5 <= bytes.length; ) {
      const end = at + 5 + bytes.readUInt32BE(at + 1);
      if (end > bytes.length) break;
      found.push(definitionOf(bytes.subarray(at + 5, end)).metadata.version);
      at = end;
    }
    return found;
  };
  return {
    versions,
    resume: () => request.on('data', (chunk: Buffer) => chunks.push(chunk)),
    pause: () => request.pause(),
  };
}

describe('calls beside the stream', () => {
  const ask = (port: number, name: 'FetchAllFlags' | 'GetMetadata', key: string, root?: string) =>
    new Promise<Buffer>((resolve, reject) => {
      const metadata = new Metadata();
      metadata.set('x-api-key', key);
      const request: SyncRequest = {};
      clientOf(port, root)[name]!(request, metadata, (error: Error | null, bytes: Buffer) =>
        error === null ? resolve(bytes) : reject(error),
      );
    });

  it('FetchAllFlags answers with the definition, and refuses as streams do', async () => {
    const { port } = await start();
    const version = await put('fetched');
    expect(definitionOf(await ask(port, 'FetchAllFlags', apiKey)).metadata.version).toBe(String(version));
    await expect(ask(port, 'FetchAllFlags', 'secret')).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
  });

  it('GetMetadata answers with the static context, for providers that know no other way', async () => {
    const { port } = await start();
    expect(await ask(port, 'GetMetadata', apiKey)).toEqual(Buffer.from([(2 << 3) | 2, 0]));
    await expect(ask(port, 'GetMetadata', 'secret')).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
  });

  it('all of it works over TLS, and not without it where it is asked for', async () => {
    const { port } = await start({ tls: { certificate: CERTIFICATE, key: PRIVATE_KEY } });
    expect(definitionOf(await ask(port, 'FetchAllFlags', apiKey, CERTIFICATE)).flags).toHaveProperty('thing');
    await expect(ask(port, 'FetchAllFlags', apiKey)).rejects.toMatchObject({ code: status.UNAVAILABLE });
  });

  it('a certificate that cannot be used and a port that is taken are said at the start', async () => {
    await expect(start({ tls: { certificate: 'none', key: 'none' } })).rejects.toThrow();
    const { port } = await start();
    await expect(start({ port })).rejects.toThrow(/EADDRINUSE/);
  });
});
