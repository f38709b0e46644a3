import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFlag, aRollout, aRow } from './builders.ts';
import { type Answer, callApi, PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

let server: TestServer;
let serviceKey: string;

beforeAll(async () => {
  server = await startTestServer();
  serviceKey = await server.createKey('evaluate', 'ingest');
  await server.call('PUT', `${PRODUCTION}/flags/thing`, aFlag());
  await server.call('POST', `${PRODUCTION}/rollouts`, aRollout());
  await server.call('POST', `${PRODUCTION}/rollouts/new-thing/start`);
});
afterAll(() => server.close());

/** Everything that is stored, to show that a refused request changed nothing. */
async function stored(): Promise<unknown> {
  const [flags, rollouts, changes, windows] = await Promise.all([
    server.call('GET', `${PRODUCTION}/flags`),
    server.call('GET', `${PRODUCTION}/rollouts`),
    server.call('GET', `${PRODUCTION}/changes`),
    server.call('GET', `${PRODUCTION}/rollouts/new-thing/windows`),
  ]);
  return [flags.body, rollouts.body, changes.body, windows.body];
}

async function refuses(request: () => Promise<Answer>, status: number, code: string): Promise<Answer> {
  const before = await stored();
  const answer = await request();
  expect(answer.status, JSON.stringify(answer.body)).toBe(status);
  expect(answer.headers.get('content-type')).toMatch(/application\/problem\+json/);
  expect(answer.body).toMatchObject({ type: `urn:rampwright:problem:${code}`, status });
  for (const field of ['title', 'detail', 'fix', 'instance']) expect(answer.body[field]).toMatch(/\S/);
  expect(await stored()).toEqual(before);
  return answer;
}

const report = (rows: readonly unknown[], changes: Readonly<Record<string, unknown>> = {}) =>
  callApi(
    `${server.url}/api/v1/reports`,
    'POST',
    { source: 'bad', epoch: 1, sequence: 0, rows, ...changes },
    { authorization: `Bearer ${serviceKey}` },
  );
const putFlag = (definition: unknown, key = 'other') => server.call('PUT', `${PRODUCTION}/flags/${key}`, definition);

describe('a body that is no good', () => {
  it.each(['{', '{"state": "ENABLED",}', '\u0000', '{"a": NaN}', '{"a": 01}'])(
    'malformed JSON %j is refused',
    async (text) => {
      await refuses(() => putFlag(text), 400, 'malformedBody');
    },
  );

  it('50 000 nested brackets are refused before they are parsed', async () => {
    await refuses(() => putFlag('['.repeat(50_000)), 400, 'nestedTooDeep');
    await refuses(
      () =>
        putFlag(`{"state":"ENABLED","variants":{"a":1},"targeting":${'{"!":'.repeat(50_000)}1${'}'.repeat(50_000)}}`),
      400,
      'nestedTooDeep',
    );
  });

  it('10 MB are refused', async () => {
    const huge = JSON.stringify({ state: 'x'.repeat(10 * 1024 * 1024) });
    await refuses(() => putFlag(huge), 413, 'bodyTooLarge');
    await refuses(
      () => callApi(`${server.url}/ofrep/v1/evaluate/flags`, 'POST', huge, { authorization: `Bearer ${serviceKey}` }),
      413,
      'bodyTooLarge',
    );
    await refuses(() => report([huge]), 413, 'bodyTooLarge');
  });

  it('another media type is refused', async () => {
    await refuses(
      () => server.call('PUT', `${PRODUCTION}/flags/other`, 'a=1', { 'content-type': 'text/plain' }),
      415,
      'unsupportedMediaType',
    );
  });

  it('half a surrogate pair and U+0000 are refused', async () => {
    await refuses(
      () => putFlag('{"state":"ENABLED","variants":{"a":"\\ud800"},"defaultVariant":"a"}'),
      400,
      'invalidRequest',
    );
    await refuses(
      () => putFlag('{"state":"ENABLED","variants":{"a":"\\u0000"},"defaultVariant":"a"}'),
      400,
      'invalidRequest',
    );
  });
});

describe('keys that reach prototypes', () => {
  it.each(['__proto__', 'constructor', 'prototype', '\\u005f_proto__'])(
    '%s in a definition is refused',
    async (key) => {
      await refuses(
        () => putFlag(`{"state":"ENABLED","variants":{"a":1,"${key}":2},"defaultVariant":"a"}`),
        400,
        'invalidRequest',
      );
      await refuses(
        () => putFlag(`{"state":"ENABLED","variants":{"a":1},"targeting":{"${key}":[1]}}`),
        400,
        'invalidRequest',
      );
    },
  );

  it('as the key of a flag they are refused', async () => {
    await refuses(() => putFlag(aFlag(), '__proto__'), 422, 'invalidFlag');
    await refuses(() => putFlag(aFlag(), 'constructor'), 422, 'invalidFlag');
  });

  it('in a context they are refused in the form that the protocol has for it', async () => {
    for (const key of ['__proto__', 'constructor']) {
      const answer = await callApi(
        `${server.url}/ofrep/v1/evaluate/flags/thing`,
        'POST',
        `{"context":{"${key}":{"a":1}}}`,
        { authorization: `Bearer ${serviceKey}` },
      );
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ key: 'thing', errorCode: 'INVALID_CONTEXT' });
      expect(answer.body.errorDetails).toContain(key);
    }
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });
});

describe('a flag', () => {
  it.each([
    ['unknown state', { state: 'ON', variants: { a: 1 } }],
    ['no variants', { state: 'ENABLED', variants: {} }],
    ['default that is no variant', aFlag({ defaultVariant: 'maybe' })],
    ['mixed types', { state: 'ENABLED', variants: { a: 1, b: 'x' } }],
    ['unknown field', { ...aFlag(), colour: 'red' }],
    ['unknown operator', aFlag({ targeting: { explode: [1] } })],
    ['an array', []],
    ['a number', 5],
    ['null', null],
  ])('with %s is refused with the place and the reason', async (_name, definition) => {
    const { body } = await refuses(() => putFlag(definition), 422, 'invalidFlag');
    expect(body.violations.length).toBeGreaterThan(0);
    for (const violation of body.violations) expect(violation.message).toMatch(/\S/);
  });

  it('that a rollout needs keeps its variants', async () => {
    await refuses(() => putFlag({ state: 'ENABLED', variants: { off: false } }, 'thing'), 409, 'flagInRollout');
  });
});

describe('a rollout', () => {
  const create = (changes: Readonly<Record<string, unknown>>) => () =>
    server.call('POST', `${PRODUCTION}/rollouts`, aRollout({ rollout: 'second', ...changes }));

  it('with wrong types or unknown fields is refused', async () => {
    await refuses(create({ alpha: '0.05' }), 400, 'invalidRequest');
    await refuses(create({ alpha: null }), 400, 'invalidRequest');
    const appetite = { harm: 100, hours: 4, falseRollback: 28, move: 0.1, objective: 50 };
    await refuses(create({ appetite: 'greedy' }), 400, 'invalidRequest');
    await refuses(create({ appetite: { ...appetite, harm: 0 } }), 400, 'invalidRequest');
    await refuses(create({ appetite: { ...appetite, falseRollback: 1_001 } }), 400, 'invalidRequest');
    await refuses(create({ appetite: { harm: 100 } }), 400, 'invalidRequest');
    await refuses(create({ treatments: { variant: 'on' } }), 400, 'invalidRequest');
    await refuses(create({ treatments: [] }), 400, 'invalidRequest');
    const { body } = await refuses(create({ speed: 'fast' }), 400, 'invalidRequest');
    expect(JSON.stringify(body.violations)).toContain('speed');
  });

  it.each([
    ['/treatments/0/variant', { treatments: [{ variant: 'nope' }] }],
    ['/treatments/0/variant', { treatments: [{ variant: 'off' }] }],
    ['/treatments', { treatments: [{ variant: 'on', split: 5 }] }],
    [
      '/stages/1/coverage',
      {
        stages: [
          { coverage: 50_000, dwellMs: 1 },
          { coverage: 40_000, dwellMs: 1 },
          { coverage: 95_000, dwellMs: 1 },
        ],
      },
    ],
    ['/stages/0/coverage', { stages: [{ coverage: 100_000, dwellMs: 1 }] }],
    ['/metrics', { metrics: [{ metric: 'errors', role: 'diagnostic' }] }],
    ['/riskBudget/metric', { riskBudget: { metric: 'latency', badEvents: 5 } }],
    ['/audience', { audience: { explode: 1 } }],
  ])('with a mistake at %s is refused', async (path, changes) => {
    const { body } = await refuses(create(changes), 422, 'invalidRollout');
    expect(body.violations.map((violation: { path: string }) => violation.path).join()).toContain(path);
  });

  it('of an unknown flag, of the same name, in an unknown environment is refused', async () => {
    await refuses(create({ flag: 'nothing' }), 404, 'flagNotFound');
    await refuses(create({ rollout: 'new-thing' }), 409, 'rolloutExists');
    await refuses(
      () => server.call('POST', '/api/v1/environments/moon/rollouts', aRollout()),
      404,
      'environmentNotFound',
    );
  });

  it('is not moved by an unknown verb, nor by one that does not fit its phase', async () => {
    await refuses(() => server.call('POST', `${PRODUCTION}/rollouts/new-thing/explode`), 404, 'routeNotFound');
    const { body } = await refuses(
      () => server.call('POST', `${PRODUCTION}/rollouts/new-thing/resume`),
      409,
      'wrongPhase',
    );
    expect(body.detail).toMatch(/what works now: pause, .*rollback, complete$/);
    await refuses(() => server.call('POST', `${PRODUCTION}/rollouts/nothing/pause`), 404, 'rolloutNotFound');
  });

  it('takes no vote that says too little, nothing that makes sense, or nothing that is asked', async () => {
    const vote = (verb: string, body: unknown) => () =>
      server.call('POST', `${PRODUCTION}/rollouts/new-thing/${verb}`, body);
    await refuses(vote('decline', {}), 400, 'invalidRequest');
    for (const body of [{ beyond: 1.5 }, { beyond: '20 %' }, { untilMs: 'later' }, { vote: 'approve' }, []])
      await refuses(vote('approve', body), 400, 'invalidRequest');
    await refuses(vote('approve', { beyond: 20_000 }), 409, 'nothingToApprove');
    await refuses(vote('jump', { coverage: 20_000, reason: 'x', overrideFreeze: true }), 403, 'forbidden');
    await refuses(vote('pause', { overrideFreeze: true }), 400, 'invalidRequest');
  });

  it('is not moved by somebody who has an old revision', async () => {
    await refuses(
      () => server.call('POST', `${PRODUCTION}/rollouts/new-thing/pause`, undefined, { 'if-match': '"999"' }),
      412,
      'revisionMismatch',
    );
    await refuses(
      () => server.call('POST', `${PRODUCTION}/rollouts/new-thing/pause`, undefined, { 'if-match': 'yesterday' }),
      400,
      'invalidRequest',
    );
  });
});

describe('a report', () => {
  it('of an unknown rollout, generation or variant is refused as a whole', async () => {
    await refuses(() => report([aRow(), aRow({ rollout: 'nothing' })]), 422, 'reportForUnknownRollout');
    await refuses(() => report([aRow({ generation: 7 })]), 422, 'reportForUnknownRollout');
    await refuses(() => report([aRow({ variant: 'maybe' })]), 422, 'reportForUnknownRollout');
  });

  it('with NaN, Infinity, negative or impossible counts is refused', async () => {
    const text = (row: unknown, find: string, put: string) =>
      JSON.stringify({ source: 'bad', epoch: 1, sequence: 0, rows: [row] }).replace(find, put);
    const send = (body: string) =>
      callApi(`${server.url}/api/v1/reports`, 'POST', body, { authorization: `Bearer ${serviceKey}` });
    await refuses(() => send(text(aRow(), '"units":10', '"units":NaN')), 400, 'malformedBody');
    await refuses(() => send(text(aRow(), '"units":10', '"units":1e999')), 400, 'invalidRequest');
    await refuses(() => send(text(aRow(), '"units":10', '"units":null')), 400, 'invalidRequest');
    await refuses(() => report([aRow({ units: -1 })]), 400, 'invalidRequest');
    await refuses(
      () => report([aRow({ metrics: { errors: { kind: 'rate', exposures: 10, events: -1 } } })]),
      400,
      'invalidRequest',
    );
    await refuses(
      () => report([aRow({ metrics: { errors: { kind: 'rate', exposures: 10, events: 11 } } })]),
      422,
      'invalidReport',
    );
    await refuses(
      () => report([aRow({ metrics: { latency: { kind: 'duration', exposures: 10, bins: { 5: 3 } } } })]),
      422,
      'invalidReport',
    );
    await refuses(() => report([aRow({ newUnits: 11 })]), 422, 'invalidReport');
    await refuses(() => report([aRow({ endMs: 5 })]), 422, 'invalidReport');
  });

  it('of an undeclared metric, from the future or from last week is refused', async () => {
    await refuses(
      () => report([aRow({ metrics: { clicks: { kind: 'rate', exposures: 10, events: 1 } } })]),
      422,
      'invalidReport',
    );
    const hourMs = 3_600_000;
    const shifted = (byMs: number) => aRow({ startMs: aRow().startMs + byMs, endMs: aRow().endMs + byMs });
    const { body } = await refuses(() => report([shifted(hourMs)]), 422, 'invalidReport');
    expect(JSON.stringify(body.violations)).toMatch(/clock/);
    await refuses(() => report([shifted(-200 * hourMs)]), 422, 'invalidReport');
  });

  it('without rows, with too many, or with unknown fields is refused', async () => {
    await refuses(() => report([]), 400, 'invalidRequest');
    await refuses(() => report(Array.from({ length: 501 }, () => aRow())), 400, 'invalidRequest');
    await refuses(() => report([aRow()], { mood: 'good' }), 400, 'invalidRequest');
    await refuses(() => report([aRow()], { sequence: 1.5 }), 400, 'invalidRequest');
  });

  it('that is good is still accepted after all this', async () => {
    const answer = await report([aRow()]);
    expect(answer).toMatchObject({ status: 200, body: { isDuplicate: false, lateRowCount: 0 } });
    expect((await report([aRow()])).body.isDuplicate).toBe(true);
  });
});
