import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFlag } from './builders.ts';
import { callApi, PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

let server: TestServer;
let routes: readonly { readonly method: string; readonly path: string }[];

beforeAll(async () => {
  server = await startTestServer();
  await server.call('PUT', `${PRODUCTION}/flags/thing`, aFlag());
  const { body } = await server.call('GET', '/openapi.json');
  routes = Object.entries(body.paths as Record<string, Record<string, unknown>>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({
      method: method.toUpperCase(),
      path: path.replaceAll(/\{\w+\}/g, 'production'),
    })),
  );
});
afterAll(() => server.close());

/** Opened by any good key or session, and signing in by nothing at all. */
const SESSION = ['/api/v1/session', '/api/v1/session/password'];
const SIGN_IN = ['/api/v1/sign-in', '/api/v1/sign-in/oidc', '/api/v1/sign-in/oidc/callback'];
const PUBLIC = ['/livez', '/readyz', '/metrics', ...SIGN_IN];
const PLATFORM = ['/api/v1/tenants', '/api/v1/tenants/production/keys', '/api/v1/tenants/production/quotas'];
const INGEST = ['/api/v1/reports', '/v1/metrics'];
const JUDGE = ['/api/v1/judge', '/api/v1/judge/flagger'];
const VOTED = '/api/v1/environments/production/rollouts/production';
const APPROVE = [
  'GET /api/v1/environments/production/rollouts',
  'GET /api/v1/environments/production/restrictions',
  ...['GET ', 'GET /explain', 'GET /approvals', 'POST /approve', 'POST /decline'].map((route) =>
    route.replace(' ', ` ${VOTED}`),
  ),
];
const OFREP = ['/ofrep/v1/evaluate/flags', '/ofrep/v1/evaluate/flags/production'];
const BY_TICKET = ['/ofrep/v1/events'];
const EVALUATE = [...OFREP, '/api/v1/snapshot', '/api/v1/snapshot/stream', '/api/v1/flagd/flags.json'];

/** Status of a request whose body, if any, does not matter: access is decided before it is read. */
async function statusOf(method: string, path: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const stop = new AbortController();
  const response = await fetch(`${server.url}${path}`, { method, headers, signal: stop.signal });
  stop.abort();
  return response.status;
}

describe('access', () => {
  it('every route that is not public refuses requests without a key, with a false one and with a malformed one', async () => {
    expect(routes.length).toBeGreaterThan(20);
    const falseKey = server.adminKey.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    const isOpen = ({ method, path }: (typeof routes)[number]) =>
      PUBLIC.includes(path) || (method === 'POST' && path === SESSION[0]);
    for (const { method, path } of routes.filter((route) => !isOpen(route))) {
      for (const headers of [
        {},
        { authorization: `Bearer ${falseKey}` },
        { 'x-api-key': 'secret' },
        { authorization: 'Basic YTpi' },
      ]) {
        expect(await statusOf(method, path, headers), `${method} ${path}`).toBe(401);
      }
    }
  });

  it('every route accepts exactly the scope that it declares', async () => {
    const keys = {
      admin: (await server.call('POST', '/api/v1/keys', { name: 'tenant', scopes: ['admin'] })).body.token,
      platform: (await server.call('POST', '/api/v1/keys', { name: 'operator', scopes: ['platform'] })).body.token,
      evaluate: await server.createKey('evaluate'),
      ingest: await server.createKey('ingest'),
      approve: await server.createKey('approve'),
      override: await server.createKey('override'),
      client: await server.createKey('client'),
    };
    for (const { method, path } of routes.filter(({ path }) => ![...PUBLIC, ...BY_TICKET, ...SESSION].includes(path))) {
      const needed = [...INGEST, ...JUDGE].includes(path)
        ? 'ingest'
        : EVALUATE.includes(path)
          ? 'evaluate'
          : PLATFORM.includes(path)
            ? 'platform'
            : 'admin';
      for (const [scope, key] of Object.entries(keys)) {
        if (scope === 'admin' && needed === 'admin' && method === 'DELETE') continue;
        const status = await statusOf(method, path, { 'x-api-key': key });
        const isOpen =
          scope === needed ||
          (scope === 'client' && OFREP.includes(path)) ||
          (scope === 'approve' && APPROVE.includes(`${method} ${path}`)) ||
          (scope === 'admin' && JUDGE.includes(path));
        if (isOpen) expect([401, 403], `${scope} ${method} ${path}`).not.toContain(status);
        else expect(status, `${scope} ${method} ${path}`).toBe(403);
      }
    }
  });

  it('a route that is opened by a ticket is not opened by a key', async () => {
    for (const path of BY_TICKET) {
      for (const key of [server.adminKey, await server.createKey('evaluate'), await server.createKey('client')])
        expect(await statusOf('GET', path, { 'x-api-key': key })).toBe(401);
    }
  });

  it('a client key can have no other scope, and looks like one', async () => {
    const create = (scopes: readonly string[]) =>
      server.call('POST', '/api/v1/keys', { name: 'web', environment: 'production', scopes });
    expect((await create(['client', 'evaluate'])).status).toBe(400);
    expect((await create(['client'])).body.token).toMatch(/^rw_cli_/);
  });

  it.each([
    '//api/v1/keys',
    '/api//v1/keys',
    '/api/v1/keys;x=1',
    '/api/v1/%2e%2e/v1/keys',
    '/API/v1/keys',
    '/api/v1/keys/',
    '/api/v1/keys%2f',
    '/livez/../api/v1/keys',
  ])('the mangled path %s opens nothing', async (path) => {
    const status = await statusOf('GET', path, {});
    expect(status === 401 || status === 404).toBe(true);
  });

  it('a revoked key is refused at once', async () => {
    const key = await server.createKey('evaluate');
    expect(await statusOf('GET', '/api/v1/snapshot', { 'x-api-key': key })).toBe(200);
    const keyId = key.split('_')[2];
    expect((await server.call('DELETE', `/api/v1/keys/${keyId}`)).status).toBe(204);
    expect(await statusOf('GET', '/api/v1/snapshot', { 'x-api-key': key })).toBe(401);
    expect((await server.call('DELETE', `/api/v1/keys/${keyId}`)).status).toBe(404);
  });

  it('a key of one environment cannot touch another, nor create keys for it', async () => {
    await server.call('POST', '/api/v1/environments', { environment: 'staging' });
    const { body } = await server.call('POST', '/api/v1/keys', {
      name: 'staging admin',
      environment: 'staging',
      scopes: ['admin'],
    });
    const asStaging = (method: string, path: string, payload?: unknown) =>
      callApi(`${server.url}${path}`, method, payload, { 'x-api-key': body.token });
    expect((await asStaging('GET', `${PRODUCTION}/flags`)).status).toBe(403);
    expect((await asStaging('GET', '/api/v1/environments/staging/flags')).status).toBe(200);
    expect(
      (await asStaging('POST', '/api/v1/keys', { name: 'x', environment: 'production', scopes: ['evaluate'] })).status,
    ).toBe(403);
    expect((await asStaging('GET', '/api/v1/environments')).body.environments).toHaveLength(1);
    const keys = (await asStaging('GET', '/api/v1/keys')).body.keys;
    expect(keys.every((key: { environment: string }) => key.environment === 'staging')).toBe(true);
  });

  it('figures are open, unless a token is said for them', async () => {
    const { call, close } = await startTestServer({ metricsToken: 'scrape-me' });
    const statusWith = async (authorization: string) =>
      (await call('GET', '/metrics', undefined, { authorization })).status;
    expect(await statusWith('Bearer scrape-me')).toBe(200);
    expect(await statusWith('Bearer scrape-you')).toBe(401);
    expect((await call('GET', '/metrics')).body.detail).toContain('RAMPWRIGHT_METRICS_TOKEN');
    expect((await call('GET', '/readyz')).status).toBe(200);
    await close();
  });

  it('secrets are never shown again, nor are they in metrics', async () => {
    const key = await server.createKey('evaluate');
    const secret = key.split('_').slice(3).join('_');
    const texts = [
      await server.call('GET', '/api/v1/keys'),
      await server.call('GET', '/metrics'),
      await server.call('GET', `${PRODUCTION}/changes`),
    ];
    for (const { body } of texts) expect(JSON.stringify(body)).not.toContain(secret);
  });
});
