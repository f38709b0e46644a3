import { createHash } from 'node:crypto';
import { PassThrough, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson, DEFAULT_SETTINGS, type PublishedState } from '../../domain/index.ts';
import { SnapshotFeed } from '../../server/http/snapshot-feed.ts';
import { PublishedEnvironment } from '../../server/published-environment.ts';
import { SnapshotPublisher } from '../../server/snapshot-publisher.ts';
import { aFlag } from './builders.ts';
import { PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

let server: TestServer;
let headers: Readonly<Record<string, string>>;

beforeAll(async () => {
  server = await startTestServer();
  headers = { authorization: `Bearer ${await server.createKey('evaluate')}` };
});
afterAll(() => server.close());

/** The fields of each complete event in a text. */
function eventsIn(text: string): readonly Record<string, string>[] {
  const fields = (line: string) => [line.split(': ', 1)[0]!, line.slice(line.indexOf(': ') + 2)];
  const blocks = text.split('\n\n').slice(0, -1);
  return blocks.map((block) => Object.fromEntries(block.split('\n').map(fields)));
}

/** Reads a stream until it is stopped. */
async function open(extra: Readonly<Record<string, string>> = {}) {
  const stop = new AbortController();
  const response = await fetch(`${server.url}/api/v1/snapshot/stream`, {
    headers: { ...headers, ...extra },
    signal: stop.signal,
  });
  let text = '';
  const read = async () => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) text += chunk;
  };
  const ended = read().catch(() => 'aborted');
  const events = () => eventsIn(text).filter(({ event }) => event !== 'heartbeat');
  return {
    response,
    events,
    heartbeats: () => eventsIn(text).filter(({ event }) => event === 'heartbeat'),
    stop,
    ended,
  };
}

/** The hash as `docs/delivery.md` tells others to compute it. */
// biome-ignore lint/suspicious/noExplicitAny: what came over the wire
function documentedHash({ flagSet, rollouts, settings }: any): string {
  const sha256 = (value: unknown) => createHash('sha256').update(canonicalJson(value)).digest('hex');
  const flags = Object.fromEntries(Object.entries(flagSet.flags).map(([key, flag]) => [key, sha256(flag)]));
  return sha256({ flagSet: { ...flagSet, flags: sha256(flags) }, rollouts, settings });
}

it('a snapshot carries a hash of its content, and is not sent again when it is known', async () => {
  const first = await server.call('GET', '/api/v1/snapshot', undefined, headers);
  expect(documentedHash(first.body)).toBe(first.body.hash);
  const etag = first.headers.get('etag')!;
  for (const known of [etag, `"x", W/${etag}`]) {
    const again = await server.call('GET', '/api/v1/snapshot', undefined, { ...headers, 'if-none-match': known });
    expect(again.status).toBe(304);
  }
  await server.call('PUT', `${PRODUCTION}/flags/a`, aFlag());
  const changed = await server.call('GET', '/api/v1/snapshot', undefined, { ...headers, 'if-none-match': etag });
  expect(changed.status).toBe(200);
  expect(documentedHash(changed.body)).toBe(changed.body.hash);
});

describe('the stream', () => {
  it('begins with the newest snapshot and goes on with what changes, versions without a gap', async () => {
    const stream = await open();
    expect(stream.response.headers.get('content-type')).toMatch(/text\/event-stream/);
    expect(stream.response.headers.get('cache-control')).toMatch(/no-transform/);
    await expect.poll(stream.events).toHaveLength(1);
    const { version } = JSON.parse(stream.events()[0]!['data']!);
    for (const key of ['b', 'c', 'd']) {
      await server.call('PUT', `${PRODUCTION}/flags/${key}`, aFlag());
    }
    await expect.poll(stream.events).toHaveLength(4);
    const deltas = stream.events().slice(1);
    expect(deltas.map(({ event }) => event)).toEqual(['delta', 'delta', 'delta']);
    expect(deltas.map(({ data }) => JSON.parse(data!))).toMatchObject(
      ['b', 'c', 'd'].map((key, index) => ({
        environment: 'production',
        epoch: 1,
        from: version + index,
        to: version + index + 1,
        changes: { put: { [key]: aFlag() } },
      })),
    );
    expect(deltas.at(-1)!['id']).toBe(`production:1.${version + 3}`);
    stream.stop.abort();
  });

  it('goes on from the last event id: with nothing, with one delta, or with the snapshot', async () => {
    const known = await open();
    await expect.poll(known.events).toHaveLength(1);
    const { id, data } = known.events()[0]!;
    known.stop.abort();
    const { version } = JSON.parse(data!);

    const current = await open({ 'last-event-id': id! });
    await expect.poll(() => current.heartbeats().length).toBeGreaterThan(0);
    expect(current.events()).toEqual([]);
    expect(JSON.parse(current.heartbeats()[0]!['data']!)).toMatchObject({ epoch: 1, version });
    current.stop.abort();

    await server.call('PUT', `${PRODUCTION}/flags/e`, aFlag());
    await server.call('PUT', `${PRODUCTION}/flags/e`, aFlag({ defaultVariant: 'on' }));
    const behind = await open({ 'last-event-id': id! });
    await expect.poll(behind.events).toHaveLength(1);
    const delta = JSON.parse(behind.events()[0]!['data']!);
    expect(delta).toMatchObject({ from: version, to: version + 2 });
    expect(delta.changes).toEqual({ put: { e: aFlag({ defaultVariant: 'on' }) } });
    behind.stop.abort();

    for (const foreign of ['other:1.1', `production:0.${version}`, 'production:1.999999', 'production:1.x', 'x']) {
      const lost = await open({ 'last-event-id': foreign });
      await expect.poll(lost.events).toHaveLength(1);
      expect(lost.events()[0]).toMatchObject({ event: 'snapshot' });
      lost.stop.abort();
    }
  });

  it('ends when the server closes', async () => {
    const other = await startTestServer();
    const key = await other.createKey('evaluate');
    const response = await fetch(`${other.url}/api/v1/snapshot/stream`, {
      headers: { authorization: `Bearer ${key}` },
    });
    const reading = response.text().catch(() => 'cut off');
    await other.close();
    expect(await reading).toBeTypeOf('string');
  });
});

const SCOPE = { tenant: 'acme', environment: 'production' };

function aState(version: number, keys: readonly string[]): PublishedState {
  const flags = Object.fromEntries(keys.map((key) => [key, aFlag({ metadata: { text: 'x'.repeat(10_000) } })]));
  const ticketSecret = new Uint8Array();
  return { epoch: 1, version, flagSet: { flags }, rollouts: [], settings: DEFAULT_SETTINGS, ticketSecret };
}

/** Version 1 with one flag of 10 KB, and one more with each version. */
function someVersions(count: number): readonly PublishedEnvironment[] {
  const versions: PublishedEnvironment[] = [];
  for (let version = 1; version <= count; version += 1) {
    const keys = Array.from({ length: version }, (_, index) => `flag-${index}`);
    versions.push(new PublishedEnvironment(SCOPE, aState(version, keys), versions.at(-1)));
  }
  return versions;
}

describe('a slow reader', () => {
  /** A reader that takes the next bytes when it is told to. */
  function aSlowReader() {
    const taken: Buffer[] = [];
    let take = () => {};
    const output = new Writable({
      // Full with the first byte, so that what is pending is what the feed let pile up.
      highWaterMark: 1,
      write(bytes: Buffer, _encoding, done) {
        take = () => {
          taken.push(bytes);
          done();
        };
      },
    });
    const events = () => eventsIn(Buffer.concat(taken).toString());
    const takeOne = async () => {
      const current = take;
      take = () => {};
      current();
      await new Promise((resolve) => setImmediate(resolve));
    };
    return { output, events, take: takeOne };
  }

  it('is sent one event at a time, and everything that it missed as one delta', async () => {
    const versions = someVersions(60);
    const reader = aSlowReader();
    let newest = versions[0]!;
    const feed = new SnapshotFeed(reader.output, () => newest, null);
    feed.push();
    let mostPending = 0;
    for (const version of versions.slice(1)) {
      newest = version;
      feed.push();
      feed.beat();
      mostPending = Math.max(mostPending, reader.output.writableLength);
      if (version.snapshot.version % 10 === 0) await reader.take();
    }
    await reader.take();
    const data = reader.events().filter(({ event }) => event !== 'heartbeat');
    expect(data.map(({ event }) => event)).toEqual(['snapshot', ...Array.from(data.slice(1), () => 'delta')]);
    const steps = data.slice(1).map((event) => JSON.parse(event['data']!));
    expect(steps.map(({ from, to }) => [from, to])).toEqual([
      [1, 10],
      [10, 20],
      [20, 30],
      [30, 40],
      [40, 50],
      [50, 60],
    ]);
    expect(mostPending).toBeLessThan(256 * 1024);
  });

  it('that takes nothing for a minute of heartbeats is cut off, with one event pending', () => {
    const versions = someVersions(30);
    const reader = aSlowReader();
    let newest = versions[0]!;
    const feed = new SnapshotFeed(reader.output, () => newest, null);
    feed.push();
    for (const [index, version] of versions.entries()) {
      newest = version;
      feed.push();
      if (index >= 11) break;
      feed.beat();
      expect(reader.output.destroyed).toBe(false);
    }
    expect(reader.output.writableLength).toBe(versions[0]!.snapshotEvent.length);
    feed.beat();
    expect(reader.output.destroyed).toBe(true);
  });
});

it('the bytes of an event are made once, whoever they are for', () => {
  const [, , newest] = someVersions(3);
  expect(newest!.snapshotEvent).toBe(newest!.snapshotEvent);
  expect(newest!.deltaEventSince(1)).toBe(newest!.deltaEventSince(1));
  const written: Buffer[] = [];
  for (let reader = 0; reader < 2; reader += 1) {
    const output = new PassThrough({ highWaterMark: 1 << 20 });
    new SnapshotFeed(output, () => newest!, 'production:1.2').push();
    written.push(output.read());
  }
  expect(written[0]).toEqual(newest!.deltaEventSince(2));
  expect(written[0]!.equals(written[1]!)).toBe(true);
});

describe('the publisher', () => {
  /** A database that answers when it is told to. */
  function aSlowDatabase() {
    let version = 0;
    const waiting: (() => void)[] = [];
    const flags = {
      readPublished: () => {
        const read = aState(version, ['a']);
        return new Promise<PublishedState>((resolve) => waiting.push(() => resolve(read)));
      },
      listVersions: () => Promise.resolve([]),
    };
    const change = () => {
      version += 1;
    };
    return { flags, change, waiting };
  }

  it('reads once more for all changes that come while it reads, and each caller sees its own', async () => {
    const { flags, change, waiting } = aSlowDatabase();
    const publisher = new SnapshotPublisher(flags);
    const refreshed: Promise<number>[] = [];
    for (let changes = 0; changes < 5; changes += 1) {
      change();
      refreshed.push(publisher.refresh(SCOPE).then(({ snapshot }) => snapshot.version));
    }
    expect(waiting).toHaveLength(1);
    waiting[0]!();
    await expect.poll(() => waiting.length).toBe(2);
    waiting[1]!();
    expect(await Promise.all(refreshed)).toEqual([1, 5, 5, 5, 5]);
    change();
    const later = publisher.refresh(SCOPE);
    waiting[2]!();
    expect((await later).snapshot.version).toBe(6);
  });

  it('reads again after a reading that failed', async () => {
    const { flags, change, waiting } = aSlowDatabase();
    let isAway = true;
    const publisher = new SnapshotPublisher({
      ...flags,
      readPublished: () => (isAway ? Promise.reject(new Error('away')) : flags.readPublished()),
    });
    change();
    const [first, second] = [publisher.refresh(SCOPE), publisher.refresh(SCOPE)];
    isAway = false;
    await expect(first).rejects.toThrow('away');
    await expect.poll(() => waiting.length).toBe(1);
    waiting[0]!();
    expect((await second).snapshot.version).toBe(1);
  });
});
