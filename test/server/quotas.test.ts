import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_QUOTAS, type Quotas } from '../../domain/index.ts';
import { aFlag, aRollout } from './builders.ts';
import { callApi, PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

let server: TestServer;
let admin: Record<'acme' | 'globex', string>;

beforeAll(async () => {
  server = await startTestServer();
  const adminOf = async (tenant: string) => {
    await server.call('POST', '/api/v1/tenants', { tenant });
    return (await server.call('POST', `/api/v1/tenants/${tenant}/keys`, { name: 'first' })).body.token as string;
  };
  admin = { acme: await adminOf('acme'), globex: await adminOf('globex') };
});
afterAll(() => server.close());

const as = (key: string, method: string, path: string, body?: unknown) =>
  callApi(`${server.url}${path}`, method, body, { 'x-api-key': key });
const limit = (tenant: string, quotas: Partial<Quotas>) =>
  server.call('PUT', `/api/v1/tenants/${tenant}/quotas`, { ...NO_QUOTAS, ...quotas });
const keyOf = async (tenant: 'acme' | 'globex', ...scopes: readonly string[]): Promise<string> =>
  (await as(admin[tenant], 'POST', '/api/v1/keys', { name: 'x', environment: 'production', scopes })).body.token;
const evaluate = (key: string) => as(key, 'POST', '/ofrep/v1/evaluate/flags/some', {});

describe('quotas of a tenant', () => {
  it('are none until who runs the server sets them, and each change is in the audit of the tenant', async () => {
    expect((await server.call('GET', '/api/v1/tenants/acme/quotas')).body).toEqual(NO_QUOTAS);
    const quotas = { ...NO_QUOTAS, streams: 7, reportsPerSecond: 0.5 };
    expect((await limit('acme', quotas)).body).toEqual(quotas);
    expect((await server.call('GET', '/api/v1/tenants/acme/quotas')).body).toEqual(quotas);
    const { entries } = (await as(admin.acme, 'GET', '/api/v1/audit?action=quotasChanged')).body;
    expect(entries).toMatchObject([{ kind: 'quotas', target: 'acme', after: quotas }]);
    expect((await limit('nobody', {})).status).toBe(404);
    expect((await server.call('GET', '/api/v1/tenants/nobody/quotas')).status).toBe(404);
    expect((await as(admin.acme, 'PUT', '/api/v1/tenants/acme/quotas', NO_QUOTAS)).status).toBe(403);
    expect((await server.call('PUT', '/api/v1/tenants/acme/quotas', { ...quotas, streams: -1 })).status).toBe(400);
  });

  it('hold for all keys of the tenant together, and for no other tenant', async () => {
    const keys = [await keyOf('acme', 'evaluate'), await keyOf('acme', 'evaluate')];
    const other = await keyOf('globex', 'evaluate');
    await limit('acme', { evaluationsPerSecond: 2 });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => evaluate(keys[n % 2]!)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(8);
    expect(answers.filter(({ status }) => status === 404).length).toBeGreaterThanOrEqual(4);
    expect(refused[0]!.body).toMatchObject({ type: 'urn:rampwright:problem:tooManyRequests' });
    expect(Number(refused[0]!.headers.get('retry-after'))).toBe(1);
    expect(refused[0]!.headers.get('ratelimit-limit')).toBe('2');
    expect(refused[0]!.headers.get('ratelimit-remaining')).toBe('0');
    const free = await Promise.all(Array.from({ length: 20 }, () => evaluate(other)));
    expect(new Set(free.map(({ status }) => status))).toEqual(new Set([404]));
    expect(free[0]!.headers.has('ratelimit-limit')).toBe(false);
    // Other kinds of requests have buckets of their own.
    expect((await as(admin.acme, 'POST', '/api/v1/environments', { environment: 'staging' })).status).toBe(201);
    await limit('acme', {});
    expect((await evaluate(keys[0]!)).status).toBe(404);
  });

  it('hold for reports and for writes', async () => {
    const reporter = await keyOf('acme', 'ingest');
    await limit('acme', { reportsPerSecond: 0.2, writesPerSecond: 0.2 });
    const path = '/api/v1/reports';
    expect((await as(reporter, 'POST', path, {})).status).toBe(400);
    expect((await as(reporter, 'POST', path, {})).status).toBe(429);
    expect((await as(reporter, 'POST', '/v1/metrics', {})).status).toBe(429);
    const write = (n: number) => as(admin.acme, 'PUT', `${PRODUCTION}/flags/flag-${n}`, aFlag());
    expect([(await write(1)).status, (await write(2)).status]).toEqual([201, 429]);
    expect((await as(admin.acme, 'GET', `${PRODUCTION}/flags`)).status).toBe(200);
    await limit('acme', {});
    expect((await write(2)).status).toBe(201);
  });

  it('cannot keep who runs the server from raising those of their own tenant', async () => {
    await limit('default', { writesPerSecond: 0.1 });
    const { status } = await server.call('PUT', `${PRODUCTION}/flags/one`, aFlag());
    expect(status).toBe(201);
    expect((await server.call('PUT', `${PRODUCTION}/flags/two`, aFlag())).status).toBe(429);
    expect((await limit('default', {})).status).toBe(200);
    expect((await server.call('PUT', `${PRODUCTION}/flags/two`, aFlag())).status).toBe(201);
  });

  it('hold for open streams of every kind, until one is closed', async () => {
    const key = await keyOf('acme', 'evaluate');
    await limit('acme', { streams: 2 });
    const open = async (path: string, token: string) => {
      const stop = new AbortController();
      const { status, headers } = await fetch(`${server.url}${path}`, {
        headers: { 'x-api-key': token },
        signal: stop.signal,
      });
      return { status, headers, stop: () => stop.abort() };
    };
    const first = await open('/api/v1/snapshot/stream', key);
    const second = await open(`${PRODUCTION}/events`, admin.acme);
    expect([first.status, second.status]).toEqual([200, 200]);
    for (const [path, token] of [
      ['/api/v1/snapshot/stream', key],
      [`${PRODUCTION}/events`, admin.acme],
    ] as const) {
      const third = await open(path, token);
      expect(third.status).toBe(429);
      expect(third.headers.get('retry-after')).not.toBeNull();
    }
    first.stop();
    await expect
      .poll(async () => {
        const again = await open('/api/v1/snapshot/stream', key);
        again.stop();
        return again.status;
      })
      .toBe(200);
    second.stop();
    await limit('acme', {});
  });

  it('hold for rollouts in progress, in all environments together', async () => {
    for (const n of [1, 2]) {
      await as(admin.acme, 'PUT', `${PRODUCTION}/flags/limited-${n}`, aFlag());
      const rollout = aRollout({ rollout: `limited-${n}`, flag: `limited-${n}` });
      expect((await as(admin.acme, 'POST', `${PRODUCTION}/rollouts`, rollout)).status).toBe(201);
    }
    const move = (n: number, verb: string) => as(admin.acme, 'POST', `${PRODUCTION}/rollouts/limited-${n}/${verb}`, {});
    await limit('acme', { rollouts: 1 });
    expect((await move(1, 'start')).status).toBe(200);
    const refused = await move(2, 'start');
    expect(refused.status).toBe(409);
    expect(refused.body.type).toBe('urn:rampwright:problem:quotaReached');
    expect((await move(1, 'rollback')).status).toBe(200);
    expect((await move(2, 'start')).status).toBe(200);
    expect((await move(1, 'retry')).status).toBe(409);
    await limit('acme', {});
  });
});
