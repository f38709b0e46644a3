import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFlag, aRollout } from './builders.ts';
import { callApi, PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

const MOST_BYTES = 300_000;
const root = fileURLToPath(new URL('../..', import.meta.url));

let server: TestServer;

beforeAll(async () => {
  // Does nothing where everything is built, as it is after `npm test` has begun.
  execFileSync(process.execPath, [`${root}scripts/prepare.mjs`], { stdio: 'ignore' });
  server = await startTestServer();
  await server.call('PUT', `${PRODUCTION}/flags/thing`, aFlag());
});
afterAll(() => server.close());

describe('the console', () => {
  const page = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${server.url}${path}`, { redirect: 'manual', headers });

  it('is where the root leads, and needs no key', async () => {
    expect((await page('/')).headers.get('location')).toBe('/console/');
    expect((await page('/console')).headers.get('location')).toBe('/console/');
    const index = await page('/console/');
    expect(index.status).toBe(200);
    expect(index.headers.get('cache-control')).toBe('no-cache');
    expect(await index.text()).not.toMatch(/<script(?![^>]*\bsrc=)|\bstyle=|\bon\w+=/);
  });

  it('allows nothing but files of this server, and no frames', async () => {
    const policy = (await page('/console/')).headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
  });

  it('has assets that are kept for ever, compressed for those who ask', async () => {
    const html = await (await page('/console/')).text();
    const assets = [...html.matchAll(/(?:src|href)="(\/console\/assets\/[^"]+)"/g)].map((match) => match[1]!);
    expect(assets.length).toBeGreaterThan(1);
    for (const asset of assets) {
      const answer = await page(asset, { 'accept-encoding': 'gzip' });
      expect(answer.headers.get('cache-control')).toContain('immutable');
      expect(answer.headers.get('content-encoding')).toBe('gzip');
      expect(answer.headers.get('content-type')).toMatch(/javascript|css/);
    }
  });

  it('loads less than 300 kB, compressed', () => {
    const folder = `${root}dist/console`;
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.(html|js|css|svg)$/.test(name),
    );
    const bytes = files.map((name) => gzipSync(readFileSync(`${folder}/${name}`)).length);
    expect(files.length).toBeGreaterThan(2);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES);
  });

  it.each([
    '/console/assets/../index.html',
    '/console/assets/..%2f..%2fserver/main.js',
    '/console/assets/nothing.js',
    '/console/assets/',
    '/console/package.json',
  ])('serves nothing else: %s', async (path) => {
    expect((await page(path)).status).toBeGreaterThanOrEqual(400);
  });
});

describe('a flag that is tried out', () => {
  const at = (verb: string, flag = 'thing') => `${PRODUCTION}/flags/${flag}/${verb}`;

  it('is checked without being saved', async () => {
    expect((await server.call('POST', at('check', 'unborn'), aFlag())).body).toEqual({ violations: [] });
    const { status, body } = await server.call('POST', at('check'), aFlag({ targeting: { explode: [1] } }));
    expect(status).toBe(200);
    expect(body.violations).toMatchObject([{ path: '/targeting', message: expect.stringContaining('explode') }]);
    expect((await server.call('POST', at('check'), 5)).body.violations).toHaveLength(1);
    expect((await server.call('GET', `${PRODUCTION}/flags/unborn`)).status).toBe(404);
    expect((await server.call('GET', `${PRODUCTION}/flags/thing`)).body.revision).toBe(1);
  });

  it('is explained, as it is saved or as it would be', async () => {
    const context = { targetingKey: 'user-1', plan: 'pro' };
    expect((await server.call('POST', at('explain'), { context })).body).toMatchObject({
      flag: 'thing',
      value: false,
      variant: 'off',
      reason: 'STATIC',
      parts: [],
      isCut: false,
    });
    const definition = aFlag({ targeting: { if: [{ '==': [{ var: 'plan' }, 'pro'] }, 'on'] } });
    const { body } = await server.call('POST', at('explain'), { context, definition });
    expect(body).toMatchObject({ value: true, variant: 'on', reason: 'TARGETING_MATCH' });
    expect(body.parts[0].steps[0]).toMatchObject({ operator: 'if', value: '"on"', steps: [{ operator: '==' }] });
    const broken = await server.call('POST', at('explain'), { context, definition: { variants: 5 } });
    expect(broken.body).toMatchObject({ reason: 'ERROR', errorCode: 'PARSE_ERROR' });
    expect((await server.call('POST', at('explain', 'nothing'), {})).status).toBe(404);
    expect((await server.call('POST', at('explain'), { context: [] })).body.violations[0].path).toBe('/context');
  });

  it('tells of a rollout that would lose a variant, and which bucket a unit has', async () => {
    await server.call('POST', `${PRODUCTION}/rollouts`, aRollout());
    await server.call('POST', `${PRODUCTION}/rollouts/new-thing/start`);
    const { body } = await server.call('POST', at('check'), { state: 'ENABLED', variants: { off: false } });
    expect(body.violations).toMatchObject([{ path: '/variants', message: expect.stringContaining('new-thing') }]);
    const explained = await server.call('POST', at('explain'), { context: { targetingKey: 'user-1' } });
    expect(explained.body.exposure).toEqual({ rollout: 'new-thing', generation: 1, unit: 'user-1', variant: 'off' });
    expect(explained.body.parts.at(-1).steps[0].bucket).toEqual({ index: expect.any(Number), count: 100_000 });
    await server.call('POST', `${PRODUCTION}/rollouts/new-thing/rollback`);
  });
});

describe('events for people who look on', () => {
  it('tell of new versions, and refuse keys that may not look', async () => {
    const path = `${server.url}${PRODUCTION}/events`;
    const evaluateKey = await server.createKey('evaluate');
    expect((await callApi(path, 'GET', undefined, { 'x-api-key': evaluateKey })).status).toBe(403);
    const stop = new AbortController();
    const response = await fetch(path, { headers: { 'x-api-key': server.adminKey }, signal: stop.signal });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const first = (await reader.read()).value!;
    expect(first).toMatch(/^event: published\ndata: \{"epoch":1,"version":\d+\}\n\n$/);
    await server.call('PUT', `${PRODUCTION}/flags/another`, aFlag());
    const second = (await reader.read()).value!;
    const versionIn = (text: string) => Number(/"version":(\d+)/.exec(text)?.[1]);
    expect(versionIn(second)).toBe(versionIn(first) + 1);
    stop.abort();
  });
});
