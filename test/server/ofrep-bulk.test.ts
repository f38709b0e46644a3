import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, type FlagDefinition } from '../../domain/index.ts';
import { compileSnapshot } from '../../evaluator/index.ts';
import { BulkBodies } from '../../server/http/ofrep/bulk-bodies.ts';
import { bulkTag } from '../../server/http/ofrep/bulk-tag.ts';
import { catchUp } from '../../server/http/ofrep/catch-up.ts';
import { type PublishedEnvironment, SnapshotPublisher } from '../../server/snapshot-publisher.ts';
import { openEmbeddedStorage } from '../../storage/index.ts';
import { aFlag } from './builders.ts';
import { type Answer, callApi, PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

const ALICE = { context: { targetingKey: 'alice', plan: 'pro' } };
const BY_PLAN = { if: [{ '==': [{ var: 'plan' }, 'pro'] }, 'on', null] };

let server: TestServer;
let key: string;
let clientKey: string;

beforeAll(async () => {
  server = await startTestServer();
  key = await server.createKey('evaluate');
  clientKey = await server.createKey('client');
  await server.call(
    'PUT',
    `${PRODUCTION}/flags/open`,
    aFlag({ metadata: { clientVisible: true }, targeting: BY_PLAN }),
  );
  await server.call('PUT', `${PRODUCTION}/flags/secret`, aFlag({ metadata: { clientVisible: false } }));
  await server.call('PUT', `${PRODUCTION}/flags/unmarked`, aFlag());
});
afterAll(() => server.close());

const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}, token = key) =>
  callApi(`${server.url}/ofrep/v1/evaluate/flags${path}`, 'POST', body, {
    authorization: `Bearer ${token}`,
    ...headers,
  });
const bulk = (body: unknown = ALICE, headers: Readonly<Record<string, string>> = {}) => post('', body, headers);
const flagIn = ({ body }: Answer, name: string) =>
  body.flags.find((flag: { readonly key: string }) => flag.key === name);

describe('the entity tag of a bulk answer', () => {
  let etag: string;
  beforeEach(async () => {
    etag = (await bulk()).headers.get('etag')!;
  });

  it('is answered with 304 and no body when it is sent back', async () => {
    const { version } = (await bulk()).body.metadata;
    expect(etag).toMatch(new RegExp(`^"\\d+\\.${version}-`));
    for (const condition of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await bulk(ALICE, { 'if-none-match': condition });
      expect(answer, condition).toMatchObject({ status: 304, body: '' });
      expect(answer.headers.get('etag')).toBe(etag);
    }
    expect((await bulk(ALICE, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('does not depend on the order of attributes', async () => {
    const turned = { context: { plan: 'pro', targetingKey: 'alice' } };
    expect((await bulk(turned, { 'if-none-match': etag })).status).toBe(304);
  });

  it('of one context never hides the answer for another, even with the same targeting key', async () => {
    const answer = await bulk({ context: { targetingKey: 'alice', plan: 'free' } }, { 'if-none-match': etag });
    expect(answer.status).toBe(200);
    expect(flagIn(answer, 'open').value).toBe(false);
    expect(flagIn(await bulk(), 'open').value).toBe(true);
  });

  it('is out of date with every change', async () => {
    await server.call('PUT', `${PRODUCTION}/flags/unmarked`, aFlag({ defaultVariant: 'on' }));
    const answer = await bulk(ALICE, { 'if-none-match': etag });
    expect(answer.status).toBe(200);
    expect(flagIn(answer, 'unmarked').value).toBe(true);
    await server.call('PUT', `${PRODUCTION}/flags/unmarked`, aFlag());
  });
});

describe('the time in the entity tag', () => {
  const NOON_MS = 1_800_000_000_000;
  const published = (targeting: FlagDefinition['targeting']) => {
    const flagSet = { flags: { timed: aFlag({ targeting: targeting ?? null }) } };
    const content = { environment: 'e', epoch: 1, version: 2, flagSet, rollouts: [], settings: DEFAULT_SETTINGS };
    return { snapshot: content, compiled: compileSnapshot(content) } as unknown as PublishedEnvironment;
  };
  const byTime = published({ if: [{ '<': [{ var: '$flagd.timestamp' }, 1_800_000_005] }, 'on', 'off'] });
  const tag = (of: PublishedEnvironment, nowMs: number) => bulkTag(of, { targetingKey: 'alice' }, nowMs);

  it('hides a rule that reads the clock for ten seconds at the most', () => {
    expect(tag(byTime, NOON_MS + 9_999)).toBe(tag(byTime, NOON_MS));
    expect(tag(byTime, NOON_MS + 10_000)).not.toBe(tag(byTime, NOON_MS));
  });

  it('never outlives the ticket that came with the answer', () => {
    const still = published(null);
    expect(tag(still, NOON_MS + 299_999)).toBe(tag(still, NOON_MS));
    expect(tag(still, NOON_MS + 300_000)).not.toBe(tag(still, NOON_MS));
  });
});

describe('a bulk answer that is asked for again', () => {
  it('is the same each time, and counts each time', async () => {
    const context = { context: { targetingKey: 'again' } };
    const evaluations = async () => {
      const { body } = await server.call('GET', '/metrics');
      return Number(/rampwright_evaluations_total\{reason="STATIC"\} (\d+)/.exec(body as string)![1]);
    };
    const first = await bulk(context);
    const before = await evaluations();
    for (let repetition = 0; repetition < 3; repetition++) expect((await bulk(context)).body).toEqual(first.body);
    expect((await evaluations()) - before).toBe(3 * 2);
  });

  it('is complete and the same each time when characters take several bytes', async () => {
    const greeting = { ...aFlag(), variants: { on: 'zażółć 😀', off: '…' }, targeting: BY_PLAN };
    await server.call('PUT', `${PRODUCTION}/flags/unmarked`, greeting);
    for (let repetition = 0; repetition < 3; repetition++) {
      expect(flagIn(await bulk(), 'unmarked').value).toBe('zażółć 😀');
      expect((await post('/unmarked', ALICE)).body.value).toBe('zażółć 😀');
    }
    await server.call('PUT', `${PRODUCTION}/flags/unmarked`, aFlag());
  });

  it('is kept from its second time on, and what nobody asks for makes room', () => {
    const bodies = new BulkBodies(250);
    const body = { json: Buffer.alloc(100), counts: {} };
    for (const name of ['a', 'b']) {
      bodies.note(name, body);
      expect(bodies.get(name)).toBeUndefined();
      bodies.note(name, body);
    }
    expect(bodies.get('a')).toEqual(body);
    bodies.note('c', body);
    bodies.note('c', body);
    expect([bodies.get('a'), bodies.get('b'), bodies.get('c')]).toEqual([body, undefined, body]);
    expect(bodies.size).toBe(200);
  });
});

describe('a client key', () => {
  it('sees only flags that are marked for clients', async () => {
    const { body } = await post('', ALICE, {}, clientKey);
    expect(body.flags.map((flag: { readonly key: string }) => flag.key)).toEqual(['open']);
    expect((await post('/open', ALICE, {}, clientKey)).body).toMatchObject({ key: 'open', value: true });
  });

  it('cannot tell a hidden flag from one that does not exist', async () => {
    const unknown = await post('/nothing', ALICE, {}, clientKey);
    expect(unknown).toMatchObject({ status: 404, body: { errorCode: 'FLAG_NOT_FOUND' } });
    for (const hidden of ['secret', 'unmarked']) {
      const answer = await post(`/${hidden}`, ALICE, {}, clientKey);
      expect(answer.status).toBe(404);
      expect(answer.body).toEqual({ ...unknown.body, key: hidden });
    }
  });

  it('is not served what was kept for a key of a server', async () => {
    for (let repetition = 0; repetition < 3; repetition++) {
      expect((await post('', ALICE)).body.flags).toHaveLength(3);
      expect((await post('', ALICE, {}, clientKey)).body.flags).toHaveLength(1);
    }
  });

  it('gets neither snapshots nor rules nor management', async () => {
    for (const path of ['/api/v1/snapshot', '/api/v1/snapshot/stream', `${PRODUCTION}/flags`, '/api/v1/keys'])
      expect((await callApi(`${server.url}${path}`, 'GET', undefined, { 'x-api-key': clientKey })).status).toBe(403);
  });
});

describe('Flagd-Selector', () => {
  it.each(['flagSetId=production', 'source=production', 'production'])('%s names the environment', async (selector) => {
    expect((await bulk(ALICE, { 'flagd-selector': selector })).status).toBe(200);
    expect((await post('/open', ALICE, { 'flagd-selector': selector })).status).toBe(200);
  });

  it('of another flag set finds nothing', async () => {
    const headers = { 'flagd-selector': 'flagSetId=staging' };
    expect(await bulk(ALICE, headers)).toMatchObject({ status: 400, body: { errorCode: 'GENERAL' } });
    expect(await post('/open', ALICE, headers)).toMatchObject({
      status: 404,
      body: { key: 'open', errorCode: 'FLAG_NOT_FOUND' },
    });
  });
});

describe('flagConfigEtag', () => {
  const refetch = (tag: string) => post(`?flagConfigEtag=${encodeURIComponent(tag)}`, ALICE);

  it('of a version that is here, or of somebody else, changes nothing', async () => {
    const here = (await bulk()).headers.get('etag')!;
    for (const tag of [here, `W/${here}`, '"0.1-x"', 'theirs', '']) expect((await refetch(tag)).status, tag).toBe(200);
  });

  it('of a version that never comes is answered 503 with Retry-After', async () => {
    const here = (await bulk()).headers.get('etag')!;
    const answer = await refetch(here.replace(/\.\d+-/, '.999999-'));
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('of a version that another process wrote is waited for', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'rampwright-test-'));
    const storage = await openEmbeddedStorage({ directory, onError: () => undefined });
    try {
      const scope = { tenant: 'default', environment: 'production' };
      await storage.flags.createEnvironment(scope);
      const publisher = new SnapshotPublisher(storage.flags);
      const { snapshot } = await publisher.require(scope);
      await storage.flags.writeFlag(scope, 'new', aFlag(), { actor: 'another process' });
      expect(publisher.current(scope)!.snapshot).toBe(snapshot);
      const announced = { epoch: snapshot.epoch, version: snapshot.version + 1 };
      const reached = await Promise.all([1, 2, 3].map(() => catchUp(publisher, scope, announced)));
      for (const published of reached) expect(Object.keys(published.snapshot.flagSet.flags)).toEqual(['new']);
    } finally {
      await storage.close();
      await rm(directory, { recursive: true, force: true });
    }
  });
});
