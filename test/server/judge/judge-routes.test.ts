import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { windowsOf } from '../../controller/judge/builders.ts';
import { type Answer, callApi, PRODUCTION, startTestServer, type TestServer } from '../running-server.ts';
import { argoBody, DOCUMENTED_WINDOWS, FLAGGER_PATHS, FLAGGER_REQUEST } from './documented.ts';

let server: TestServer;
let key: string;
beforeAll(async () => {
  server = await startTestServer();
  key = await server.createKey('ingest');
});
afterAll(() => server.close());

const HEALTHY = { control: 'stable', windows: windowsOf({ windows: 40, stable: 0.01, canary: 0.01 }) };
const EARLY = { control: 'stable', windows: HEALTHY.windows.slice(0, 2) };
const BROKEN = { control: 'stable', windows: windowsOf({ windows: 20, stable: 0.01, canary: 0.06 }) };

const judge = (body: unknown, query = '') =>
  callApi(`${server.url}/api/v1/judge${query}`, 'POST', body, { authorization: `Bearer ${key}` });
const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});
const hook = (request: unknown, query = '') =>
  callApi(
    `${server.url}/api/v1/judge/flagger${query}`,
    'POST',
    {
      name: 'podinfo',
      namespace: 'test',
      phase: 'Progressing',
      checksum: '85d557f47b',
      metadata: { request: typeof request === 'string' ? request : JSON.stringify(request), team: 'a' },
    },
    basic('flagger', key),
  );
const problemOf = ({ status, body }: Answer) => [status, body.type];
const REFUSED = [412, 'urn:rampwright:problem:verdictRefused'];
const INVALID = [422, 'urn:rampwright:problem:invalidJudgement'];
const MISSHAPEN = [400, 'urn:rampwright:problem:invalidRequest'];

describe('a judgement', () => {
  it('of the documented windows is as documented', async () => {
    const { status, body } = await judge(DOCUMENTED_WINDOWS);
    expect(status).toBe(200);
    expect(body.summary).toMatchObject({
      verdict: 'fail',
      reason: expect.stringContaining('treatment "canary" fails 4.7 % of units against 1 % in control'),
    });
    expect(body.treatments[0].guardrails[0]).toMatchObject({
      metric: 'errors',
      verdict: 'fail',
      evidence: { log10: expect.any(Number), lineLog10: expect.any(Number) },
      effect: { ratio: expect.any(Number), lower: expect.any(Number), upper: expect.any(Number) },
    });
  });

  it('stores nothing', async () => {
    const stored = async () => [
      (await server.call('GET', `${PRODUCTION}/changes`)).body,
      (await server.call('GET', `${PRODUCTION}/rollouts`)).body,
    ];
    const before = await stored();
    await judge(BROKEN);
    await hook(BROKEN);
    expect(await stored()).toEqual(before);
  });

  it('is told by the status to those who ask for it', async () => {
    const statuses = async (failOn: string) =>
      Promise.all([HEALTHY, EARLY, BROKEN].map(async (body) => (await judge(body, failOn)).status));
    expect(await statuses('')).toEqual([200, 200, 200]);
    expect(await statuses('?failOn=fail')).toEqual([200, 200, 412]);
    expect(await statuses('?failOn=inconclusive')).toEqual([200, 412, 412]);
    expect(await statuses('?failOn=noHarm')).toEqual([412, 412, 200]);
    const refused = await judge(BROKEN, '?failOn=fail');
    expect(problemOf(refused)).toEqual(REFUSED);
    expect(refused.body.detail).toMatch(/^the verdict is fail: errors: treatment "canary" fails/);
    expect(problemOf(await judge(HEALTHY, '?failOn=noHarm'))).toEqual(REFUSED);
    expect(problemOf(await judge(HEALTHY, '?failOn=maybe'))).toEqual(MISSHAPEN);
  });

  it('is refused with the place of every mistake', async () => {
    const [first] = BROKEN.windows;
    const twice = await judge({ control: 'stable', windows: [first, first] });
    expect(problemOf(twice)).toEqual(INVALID);
    expect(twice.body.violations).toEqual([{ path: '/windows/1', message: '[0, 60000) repeats window 0, [0, 60000)' }]);
    for (const body of [
      {},
      [],
      { ...BROKEN, colour: 'red' },
      { ...BROKEN, windows: [] },
      { ...BROKEN, alpha: 0 },
      { ...BROKEN, control: '' },
      { ...BROKEN, windows: [{ ...first, startMs: -1 }] },
      {
        ...BROKEN,
        windows: [
          { ...first, variants: { stable: { metrics: { errors: { kind: 'rate', exposures: 1.5, events: 0 } } } } },
        ],
      },
      { ...BROKEN, metrics: [{ metric: 'errors', source: { kind: 'reports' } }] },
    ]) {
      expect(problemOf(await judge(body)), JSON.stringify(body).slice(0, 100)).toEqual(MISSHAPEN);
    }
    expect((await judge('{')).status).toBe(400);
  });

  it('has limits on bytes, on windows, and on how many are under way', async () => {
    expect((await judge({ ...BROKEN, control: 'x'.repeat(4 * 1024 * 1024) })).status).toBe(413);
    const windows = windowsOf({ windows: 2_001, stable: 0, canary: 0, exposures: 1 });
    expect(problemOf(await judge({ control: 'stable', windows }))).toEqual(MISSHAPEN);
    const most = { control: 'stable', windows: windows.slice(0, 2_000) };
    const statuses = await Promise.all(Array.from({ length: 12 }, () => judge(most)));
    const refused = statuses.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]!.headers.get('retry-after')).toBe('1');
    expect(statuses.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(4);
    expect((await judge(BROKEN)).status).toBe(200);
  });

  it('keeps nobody else waiting for long', async () => {
    const windows = windowsOf({ windows: 2_000, stable: 0.01, canary: 0.01, exposures: 10 });
    let isDone = false;
    const judged = judge({ control: 'stable', windows }).then(() => {
      isDone = true;
    });
    let answers = 0;
    while (!isDone) {
      if ((await fetch(`${server.url}/livez`)).ok && !isDone) answers += 1;
    }
    await judged;
    expect(answers).toBeGreaterThan(5);
  });

  it('that needs Prometheus is refused where the server is not told of one', async () => {
    const { status, body } = await judge(argoBody({ 'stable-hash': '6d4b75cb6d', 'latest-hash': '7bf84f9696' }));
    expect(status).toBe(422);
    expect(body.violations).toEqual([
      { path: '/prometheus', message: expect.stringContaining('RAMPWRIGHT_PROMETHEUS_URL') },
    ]);
  });
});

describe('the webhook of Flagger', () => {
  it('reads the request from the metadata, and answers harm by 412', async () => {
    expect((await hook(HEALTHY)).body.summary.verdict).toBe('pass');
    expect((await hook(EARLY)).status).toBe(200);
    const refused = await hook(BROKEN);
    expect(problemOf(refused)).toEqual(REFUSED);
    expect(refused.body.detail).toContain('treatment "canary" fails');
    expect((await hook(EARLY, '?failOn=inconclusive')).status).toBe(412);
    expect((await hook(BROKEN, '?failOn=noHarm')).status).toBe(200);
  });

  it('says where in the string a mistake is', async () => {
    const { status, body } = await hook({ ...BROKEN, alpha: 2, speed: 1 });
    expect(status).toBe(400);
    const paths = body.violations.map(({ path }: { readonly path: string }) => path);
    expect(paths).toContain('/metadata/request/alpha');
    expect(JSON.stringify(body.violations)).toContain('speed');
    expect((await hook('{"control": ')).status).toBe(400);
    expect((await hook('['.repeat(40))).body.type).toBe('urn:rampwright:problem:nestedTooDeep');
    expect((await hook('{"__proto__": {}}')).status).toBe(400);
    const none = await callApi(
      `${server.url}/api/v1/judge/flagger`,
      'POST',
      { name: 'a', namespace: 'b', phase: 'c' },
      basic('flagger', key),
    );
    expect(none.status).toBe(400);
  });

  it('accepts the documented request, which needs Prometheus', async () => {
    expect(FLAGGER_PATHS).toEqual(['/api/v1/judge/flagger?failOn=noHarm', '/api/v1/judge/flagger?failOn=inconclusive']);
    const { status, body } = await hook(FLAGGER_REQUEST);
    expect([status, body.violations[0].path]).toEqual([422, '/prometheus']);
  });
});

describe('a key in the password of a URL', () => {
  const flagger = (headers: Readonly<Record<string, string>>) =>
    callApi(`${server.url}/api/v1/judge/flagger`, 'POST', {}, headers).then(({ status }) => status);

  it('opens the webhook, whoever the user is, if it is the right one', async () => {
    expect(await flagger(basic('anybody', key))).toBe(400);
    expect(await flagger(basic('', key))).toBe(400);
    expect(await flagger(basic('flagger', `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`))).toBe(401);
    expect(await flagger(basic(key, ''))).toBe(401);
    expect(await flagger({ authorization: 'Basic !!!' })).toBe(401);
    expect(await flagger(basic('flagger', await server.createKey('evaluate')))).toBe(403);
  });

  it('opens nothing else', async () => {
    for (const [method, path] of [
      ['POST', '/api/v1/judge'],
      ['POST', '/api/v1/reports'],
      ['GET', `${PRODUCTION}/rollouts`],
    ] as const) {
      const { status } = await callApi(`${server.url}${path}`, method, undefined, basic('admin', server.adminKey));
      expect(status, path).toBe(401);
    }
  });
});
