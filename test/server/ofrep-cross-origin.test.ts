import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callApi, PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

const SHOP = 'https://shop.example.com';
const PREVIEW = 'http://localhost:5173';

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await startTestServer();
  key = await server.createKey('client');
  await server.call('PUT', `${PRODUCTION}/settings`, { corsOrigins: [SHOP] });
  await server.call('POST', '/api/v1/environments', { environment: 'staging' });
  await server.call('PUT', '/api/v1/environments/staging/settings', { corsOrigins: [PREVIEW] });
});
afterAll(() => server.close());

const preflight = (origin: string, path = '/ofrep/v1/evaluate/flags') =>
  callApi(`${server.url}${path}`, 'OPTIONS', undefined, {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type',
  });
const bulk = (headers: Readonly<Record<string, string>>) =>
  callApi(`${server.url}/ofrep/v1/evaluate/flags`, 'POST', {}, { authorization: `Bearer ${key}`, ...headers });

describe('a preflight', () => {
  it('is granted to origins that any environment lists', async () => {
    for (const origin of [SHOP, PREVIEW]) {
      for (const path of ['/ofrep/v1/evaluate/flags', '/ofrep/v1/evaluate/flags/some%2Fflag', '/ofrep/v1/events']) {
        const { status, headers } = await preflight(origin, path);
        expect(status).toBe(204);
        expect(headers.get('access-control-allow-origin')).toBe(origin);
        expect(headers.get('access-control-allow-methods')).toContain('POST');
        for (const name of ['content-type', 'authorization', 'x-api-key', 'if-none-match', 'flagd-selector'])
          expect(headers.get('access-control-allow-headers')).toContain(name);
        expect(headers.get('vary')).toContain('Origin');
      }
    }
  });

  it('is not granted to others, nor to other paths', async () => {
    const { headers } = await preflight('https://evil.example.com');
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect((await preflight(SHOP, '/api/v1/keys')).headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('an answer', () => {
  it('may be read by a page of an origin that the environment of the key lists', async () => {
    const { headers } = await bulk({ origin: SHOP });
    expect(headers.get('access-control-allow-origin')).toBe(SHOP);
    expect(headers.get('access-control-expose-headers')).toBe('ETag, Retry-After');
    expect(headers.get('vary')).toBe('Origin');
    const notModified = await bulk({ origin: SHOP, 'if-none-match': headers.get('etag')! });
    expect(notModified.status).toBe(304);
    expect(notModified.headers.get('access-control-allow-origin')).toBe(SHOP);
  });

  it('may not be read by a page of an origin that only another environment lists', async () => {
    const { status, headers } = await bulk({ origin: PREVIEW });
    expect(status).toBe(200);
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('vary')).toBe('Origin');
  });

  it('without an origin names none', async () => {
    expect((await bulk({})).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('of the event stream may be read as well', async () => {
    const { requestUri } = (await bulk({})).body.eventStreams[0].endpoint;
    const stop = new AbortController();
    const response = await fetch(`${server.url}${requestUri}`, { headers: { origin: SHOP }, signal: stop.signal });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe(SHOP);
    stop.abort();
  });

  it('of any origin may be read when the environment lists "*"', async () => {
    await server.call('PUT', `${PRODUCTION}/settings`, { corsOrigins: ['*'] });
    expect((await preflight('https://any.example.com')).headers.get('access-control-allow-origin')).not.toBeNull();
    expect(
      (await bulk({ origin: 'https://any.example.com' })).headers.get('access-control-allow-origin'),
    ).not.toBeNull();
  });
});
