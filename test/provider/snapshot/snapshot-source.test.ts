import { describe, expect, it, vi } from 'vitest';
import { SNAPSHOT_SCHEMA_VERSION, type Snapshot } from '../../../domain/index.ts';
import { aFlagSet, aSnapshot, FlagServer, refuse } from '../flag-server.ts';
import { aClient, aServer, cleanUp } from '../harness.ts';
import { settle } from '../manual-clock.ts';

const PULL = '/api/v1/snapshot';
const STREAM = '/api/v1/snapshot/stream';

async function aReadyClient(snapshot?: Snapshot) {
  const server = await aServer(snapshot);
  const made = aClient(server);
  await made.client.ready();
  await isFollowing(server, made);
  return { server, ...made };
}

/** Waits until a heartbeat gets through to the client. */
async function isFollowing(
  server: FlagServer,
  { client, clock }: Pick<ReturnType<typeof aClient>, 'client' | 'clock'>,
) {
  await expect.poll(() => server.streams.size).toBe(1);
  clock.advance(1);
  server.heartbeat();
  await expect.poll(() => client.status().ageMs).toBe(0);
}

function red(version: number, part: Partial<Snapshot> = {}): Snapshot {
  return aSnapshot({ version, flagSet: aFlagSet('red'), ...part });
}

describe('hydration', () => {
  it('serves fallbacks as not ready before the first snapshot, and flags after it', async () => {
    const server = await aServer();
    const { client } = aClient(server);
    expect(client.details('color', 'string', 'green')).toMatchObject({
      value: 'green',
      reason: 'ERROR',
      errorCode: 'PROVIDER_NOT_READY',
    });
    expect(client.status().state).toBe('notReady');
    await client.ready();
    expect(client.string('color', 'green')).toBe('blue');
    expect(client.status()).toMatchObject({ state: 'ready', environment: 'test', epoch: 1, version: 1, ageMs: 0 });
  });

  it('pulls once, then streams from the version that it holds', async () => {
    const { server } = await aReadyClient();
    expect(server.requests.map((request) => request.path)).toEqual([PULL, STREAM]);
    expect(server.requests[1]?.headers['last-event-id']).toBe('test:1.1');
  });

  it('is not ready in time when the server is away, and becomes ready when it comes', async () => {
    const away = await FlagServer.start();
    const { port, url } = away;
    await away.stop();
    const { client, clock, errors } = aClient({ url });
    const isReady = client.ready(1000);
    const refused = expect(isReady).rejects.toMatchObject({ code: 'unreachable' });
    await clock.advanceUntil(() => clock.waits.length > 0 && errors.length > 0);
    clock.advance(1000);
    await refused;
    const back = await FlagServer.start(aSnapshot(), port);
    cleanUp(() => back.stop());
    await clock.advanceUntil(() => client.status().state === 'ready');
    expect(errors.map((error) => error.code)).toEqual(['unreachable']);
  });

  it.each([
    ['with a wrong hash', { hash: 'f00' }, /does not match its hash f00/],
    ['of a newer schema', { schemaVersion: SNAPSHOT_SCHEMA_VERSION + 1 }, /upgrade @rampwright.provider, until then/],
    ['of no schema', { schemaVersion: 0 }, /schema version 0 and this client reads 1 to/],
    ['without a version', { version: 'new' as unknown as number }, /of the wrong type/],
  ])('refuses a snapshot %s', async (_name, part, message) => {
    const server = await aServer(aSnapshot(part));
    const { client, errors } = aClient(server);
    await expect.poll(() => errors.map((error) => error.message)).toEqual([expect.stringMatching(message)]);
    expect(errors[0]?.code).toBe('snapshotRefused');
    expect(client.status().state).toBe('notReady');
  });

  it('goes on serving what it holds when a newer schema comes, and takes the next one that it can read', async () => {
    const { server, client, errors } = await aReadyClient();
    server.publish({ ...red(2), schemaVersion: SNAPSHOT_SCHEMA_VERSION + 1 });
    await expect.poll(() => client.status().state).toBe('stale');
    expect(client.details('color', 'string', 'green')).toMatchObject({ value: 'blue', reason: 'STALE' });
    expect(errors.map(({ code, message }) => [code, message])).toEqual([
      ['snapshotRefused', expect.stringContaining('upgrade @rampwright/provider')],
    ]);
    server.publish(red(3));
    await expect.poll(() => client.status()).toMatchObject({ state: 'ready', version: 3 });
    expect(client.string('color', 'green')).toBe('red');
  });

  it('takes a snapshot that is slow to arrive, once it has begun in time', async () => {
    const server = await aServer();
    const text = JSON.stringify(server.snapshot);
    let finish = () => {};
    server.onSnapshot = (_request, response) => {
      response.writeHead(200).write(text.slice(0, 10));
      finish = () => response.end(text.slice(10));
    };
    const { client, clock } = aClient(server);
    await expect.poll(() => server.countOf(PULL)).toBe(1);
    await settle();
    clock.advance(14_000);
    finish();
    await client.ready();
    expect(server.countOf(PULL)).toBe(1);
  });

  it('refuses an answer beyond the size limit', async () => {
    const server = await aServer();
    server.onSnapshot = (_request, response) => {
      response.writeHead(200);
      for (let megabytes = 0; megabytes < 10; megabytes += 1) response.write('x'.repeat(1024 * 1024));
      response.end();
    };
    const { errors } = aClient(server);
    await expect.poll(() => errors.map((error) => error.message)).toEqual([expect.stringMatching(/larger than/)]);
  });
});

describe('updates', () => {
  it('applies what is pushed, and names the flags that changed', async () => {
    const { server, client } = await aReadyClient();
    const changes: unknown[] = [];
    client.onChange((change) => changes.push(change));
    server.publish(red(2));
    await expect.poll(() => client.string('color', 'green')).toBe('red');
    expect(changes).toEqual([{ kind: 'flags', version: 2, flagsChanged: ['color'] }]);
    expect(server.countOf(PULL)).toBe(1);
  });

  it('stops telling a listener that has left', async () => {
    const { server, client } = await aReadyClient();
    const listener = vi.fn();
    client.onChange(listener)();
    server.publish(red(2));
    await expect.poll(() => client.status().version).toBe(2);
    expect(listener).not.toHaveBeenCalled();
  });

  it('survives a listener that throws', async () => {
    const { server, client, errors } = await aReadyClient();
    client.onChange(() => {
      throw new Error('mine');
    });
    server.publish(red(2));
    await expect.poll(() => errors.map((error) => error.code)).toEqual(['listenerFailed']);
    expect(client.string('color', 'green')).toBe('red');
  });

  it.each([
    ['a lower version', red(4)],
    ['a lower epoch, whatever the version', red(9, { epoch: 0 })],
    ['a wrong hash', red(6, { hash: 'f00' })],
    ['another environment', red(6, { environment: 'other' })],
  ])('keeps what it holds when it is offered %s', async (_name, offered) => {
    const { server, client, errors } = await aReadyClient(aSnapshot({ version: 5 }));
    server.publish(offered);
    await expect.poll(() => errors.map((error) => error.code)).toEqual(['snapshotRefused']);
    expect(client.status().version).toBe(5);
    expect(client.string('color', 'green')).toBe('blue');
  });

  it('tells of a snapshot that it refuses once, and is stale until there is a valid one', async () => {
    const { server, client, errors } = await aReadyClient();
    server.publish(red(2, { hash: 'f00' }));
    server.publish(red(2, { hash: 'f00' }));
    await expect.poll(() => client.status().state).toBe('stale');
    await settle();
    expect(errors.map((error) => error.code)).toEqual(['snapshotRefused']);
    server.publish(red(2));
    await expect.poll(() => client.status().state).toBe('ready');
  });

  it('follows a restored backup: a higher epoch with a lower version', async () => {
    const { server, client } = await aReadyClient(aSnapshot({ version: 5 }));
    server.publish(red(2, { epoch: 2 }));
    await expect.poll(() => client.string('color', 'green')).toBe('red');
  });

  it('pulls when a heartbeat announces what was never pushed', async () => {
    const { server, client } = await aReadyClient();
    server.snapshot = red(2);
    server.heartbeat();
    await expect.poll(() => client.string('color', 'green')).toBe('red');
    expect(server.countOf(PULL)).toBe(2);
  });

  it('pulls once for a heartbeat whose snapshot it refuses, not at every repetition', async () => {
    const { server, errors } = await aReadyClient(aSnapshot({ version: 5 }));
    server.snapshot = red(4);
    server.heartbeat();
    await expect.poll(() => errors.length).toBe(1);
    server.heartbeat();
    server.heartbeat();
    await settle();
    expect(server.countOf(PULL)).toBe(2);
  });
});

describe('outages', () => {
  it('serves the last flags as stale when the stream breaks, and recovers', async () => {
    const { server, client, clock, errors } = await aReadyClient();
    server.dropStreams();
    await expect.poll(() => client.status().state).toBe('stale');
    expect(client.details('color', 'string', 'green')).toMatchObject({
      value: 'blue',
      variant: 'blue',
      reason: 'STALE',
    });
    expect(errors.map((error) => error.code)).toEqual(['unreachable']);
    clock.advance(250);
    await expect.poll(() => client.status().state).toBe('ready');
    expect(client.details('color', 'string', 'green').reason).toBe('STATIC');
  });

  it('keeps the reasons of disabled and undefined flags while it is stale', async () => {
    const { server, client } = await aReadyClient();
    server.dropStreams();
    await expect.poll(() => client.status().state).toBe('stale');
    expect(client.details('retired', 'boolean', false)).toMatchObject({ value: false, reason: 'DISABLED' });
    expect(client.details('unknown', 'boolean', false)).toMatchObject({ value: false, errorCode: 'FLAG_NOT_FOUND' });
  });

  it('drops a stream that is silent for 15 s, and not one that beats', async () => {
    const { server, client, clock } = await aReadyClient();
    clock.advance(14_000);
    server.heartbeat();
    await settle();
    clock.advance(14_000);
    await settle();
    expect(client.status().state).toBe('ready');
    clock.advance(1_000);
    await expect.poll(() => client.status().state).toBe('stale');
    await expect.poll(() => server.streams.size).toBe(0);
    clock.advance(500);
    await expect.poll(() => client.status().state).toBe('ready');
  });

  it('is stale after 15 s of a stream whose bytes only drip, and gives it up after a minute', async () => {
    const { server, client, clock } = await aReadyClient();
    const [stream] = server.streams;
    stream!.write('data: ');
    for (let elapsedMs = 0; elapsedMs < 60_000; elapsedMs += 5_000) {
      expect(client.status().state).toBe(elapsedMs < 15_000 ? 'ready' : 'stale');
      expect(server.streams.size).toBe(1);
      clock.advance(5_000);
      stream!.write('x');
      await settle();
    }
    await expect.poll(() => server.streams.size).toBe(0);
  });

  it('gives a stream that is not answered 2 s', async () => {
    const server = await aServer();
    server.onStream = () => {};
    const { client, clock } = aClient(server);
    await client.ready();
    await expect.poll(() => server.countOf(STREAM)).toBe(1);
    clock.advance(1_999);
    await settle();
    expect(clock.waits[0]).toBe(1);
    clock.advance(1);
    await settle();
    clock.advance(250);
    await expect.poll(() => server.countOf(STREAM)).toBe(2);
  });

  it('waits longer after each failure, up to 8 s, with full jitter', async () => {
    const server = await aServer();
    server.onStream = (_request, response) => refuse(response, 503);
    const { client, clock } = aClient(server);
    await client.ready();
    const waitsMs: number[] = [];
    for (let failures = 1; failures <= 9; failures += 1) {
      await expect.poll(() => server.countOf(STREAM)).toBe(failures);
      await settle();
      const beforeMs = clock.nowMs();
      await clock.advanceUntil(() => server.countOf(STREAM) > failures, { strideMs: 250 });
      waitsMs.push(clock.nowMs() - beforeMs);
    }
    expect(waitsMs).toEqual([250, 500, 1_000, 2_000, 4_000, 4_000, 4_000, 4_000, 4_000]);
  });

  it('waits at least 100 ms however lucky it is', async () => {
    const server = await aServer();
    server.onStream = (_request, response) => refuse(response, 503);
    const { client, clock } = aClient(server, { random: () => 0 });
    await client.ready();
    await expect.poll(() => server.countOf(STREAM)).toBe(1);
    await settle();
    clock.advance(99);
    await settle();
    expect(server.countOf(STREAM)).toBe(1);
    clock.advance(1);
    await expect.poll(() => server.countOf(STREAM)).toBe(2);
  });

  it('keeps waiting longer for a server that accepts and closes, and forgives after 30 s of health', async () => {
    const { server, client, clock, errors } = await aReadyClient();
    const waitsMs: number[] = [];
    for (const healthyMs of [0, 10_000, 10_000, 40_000]) {
      await isFollowing(server, { client, clock });
      for (let elapsedMs = 0; elapsedMs < healthyMs; elapsedMs += 10_000) {
        clock.advance(10_000);
        server.heartbeat();
        await settle();
      }
      const attempts = server.countOf(STREAM);
      const outages = errors.length;
      server.dropStreams();
      await expect.poll(() => errors.length).toBe(outages + 1);
      await settle();
      const beforeMs = clock.nowMs();
      await clock.advanceUntil(() => server.countOf(STREAM) > attempts, { strideMs: 250 });
      waitsMs.push(clock.nowMs() - beforeMs);
    }
    expect(waitsMs).toEqual([250, 500, 1_000, 250]);
  });

  it('obeys Retry-After', async () => {
    const server = await aServer();
    server.onSnapshot = (_request, response) => refuse(response, 429, { 'retry-after': '20' });
    const { clock, errors } = aClient(server);
    await expect.poll(() => errors.length).toBe(1);
    await settle();
    server.onSnapshot = undefined;
    const beforeMs = clock.nowMs();
    await clock.advanceUntil(() => server.countOf(PULL) > 1, { strideMs: 250 });
    expect(clock.nowMs() - beforeMs).toBe(20_250);
  });

  it('leaves the server alone when a pull is put off, whatever heartbeats say', async () => {
    const { server, client, clock } = await aReadyClient();
    server.onSnapshot = (_request, response) => refuse(response, 503, { 'retry-after': '12' });
    server.snapshot = red(2);
    const beat = async () => {
      server.heartbeat();
      await settle();
      clock.advance(5_000);
    };
    await beat();
    await expect.poll(() => client.status().state).toBe('stale');
    server.onSnapshot = undefined;
    await beat();
    await beat();
    expect(server.countOf(PULL)).toBe(2);
    await beat();
    await expect.poll(() => client.status()).toMatchObject({ state: 'ready', version: 2 });
    expect(server.countOf(PULL)).toBe(3);
  });

  it('polls with the ETag after three failed streams, and is ready by that alone', async () => {
    const { server, client, clock } = await aReadyClient();
    server.onStream = (_request, response) => refuse(response, 503);
    server.dropStreams();
    await clock.advanceUntil(() => client.status().state === 'stale');
    await clock.advanceUntil(() => client.status().state === 'ready');
    expect(server.requests.filter(({ path }) => path === PULL).at(-1)?.headers['if-none-match']).toBe(
      `"${server.snapshot.hash}"`,
    );
    expect(server.countOf(STREAM)).toBe(3);
    server.snapshot = red(2);
    const beforeMs = clock.nowMs();
    await clock.advanceUntil(() => client.string('color', 'green') === 'red', { strideMs: 250 });
    expect(clock.nowMs() - beforeMs).toBe(30_000);
    expect(client.status().state).toBe('ready');
    server.onStream = undefined;
    await clock.advanceUntil(() => server.streams.size === 1);
    await settle();
    const pulls = server.countOf(PULL);
    for (let beats = 0; beats < 8; beats += 1) {
      clock.advance(10_000);
      server.heartbeat();
      await settle();
    }
    expect(server.countOf(PULL)).toBe(pulls);
  });

  it('does not take a lagging server for current because it still has the snapshot of the start', async () => {
    const { server, client, clock, errors } = await aReadyClient();
    const first = server.snapshot;
    server.publish(red(2));
    await expect.poll(() => client.status().version).toBe(2);
    server.snapshot = first;
    server.onStream = (_request, response) => refuse(response, 503);
    server.dropStreams();
    await clock.advanceUntil(() => errors.some((error) => error.code === 'snapshotRefused'));
    expect(client.status()).toMatchObject({ state: 'stale', version: 2 });
  });

  it.each([401, 403])('asks nothing more after %i, and goes on serving what it has', async (status) => {
    const { server, client, clock, errors } = await aReadyClient();
    server.onStream = (_request, response) => refuse(response, status);
    server.dropStreams();
    await clock.advanceUntil(() => client.status().state === 'failed');
    expect(errors.at(-1)).toMatchObject({ code: 'denied', message: expect.stringMatching(/API key/) });
    expect(client.details('color', 'string', 'green')).toMatchObject({ value: 'blue', reason: 'STALE' });
    const requests = server.requests.length;
    clock.advance(3_600_000);
    await settle();
    expect(server.requests.length).toBe(requests);
  });

  it('is never ready with a key that the server does not know', async () => {
    const server = await aServer();
    const { client } = aClient(server, { apiKey: 'other' });
    await expect(client.ready()).rejects.toMatchObject({ code: 'denied' });
    expect(client.status().state).toBe('failed');
    expect(server.requests).toHaveLength(1);
  });

  it('leaves nothing behind when it is closed', async () => {
    const { server, client, clock } = await aReadyClient();
    await client.close();
    await expect.poll(() => server.streams.size).toBe(0);
    expect(clock.waits).toEqual([]);
  });
});

describe('deltas', () => {
  const delta = (from: number, to: Snapshot, part: object = {}) => ({
    schemaVersion: 1,
    environment: 'test',
    epoch: 1,
    from,
    to: to.version,
    changes: { put: { color: to.flagSet.flags['color'] } },
    hash: to.hash,
    ...part,
  });

  it('are applied without asking for anything', async () => {
    const { server, client } = await aReadyClient();
    const changes: unknown[] = [];
    client.onChange((change) => changes.push(change));
    server.pushDelta(delta(1, red(2)), red(2));
    await expect.poll(() => client.string('color', 'green')).toBe('red');
    expect(changes).toEqual([{ kind: 'flags', version: 2, flagsChanged: ['color'] }]);
    expect(client.status()).toMatchObject({ state: 'ready', version: 2, ageMs: 0 });
    expect(server.countOf(PULL)).toBe(1);
  });

  it('that lead from elsewhere make the client pull the whole snapshot', async () => {
    const { server, client, errors } = await aReadyClient();
    server.pushDelta(delta(2, red(3)), red(3));
    await expect.poll(() => client.status()).toMatchObject({ state: 'ready', version: 3 });
    expect(client.string('color', 'green')).toBe('red');
    expect(server.countOf(PULL)).toBe(2);
    expect(errors).toEqual([]);
  });

  it('that do not lead to their hash are refused, and the whole snapshot is pulled', async () => {
    const { server, client, errors } = await aReadyClient();
    server.pushDelta(delta(1, red(2), { changes: {} }), red(2));
    await expect.poll(() => client.status()).toMatchObject({ state: 'ready', version: 2 });
    expect(errors.map((error) => error.message)).toEqual([expect.stringMatching(/delta was not applied: its result/)]);
    expect(client.string('color', 'green')).toBe('red');
  });

  it('for versions that were passed already mean nothing', async () => {
    const { server, client, errors } = await aReadyClient(red(5));
    server.pushDelta(delta(3, aSnapshot({ version: 4 })), red(5));
    server.heartbeat();
    await settle();
    expect(client.status()).toMatchObject({ state: 'ready', version: 5 });
    expect(server.countOf(PULL)).toBe(1);
    expect(errors).toEqual([]);
  });
});
