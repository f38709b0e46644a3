import { OFREPApi, toResolutionDetails } from '@openfeature/ofrep-core';
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature, type Provider } from '@openfeature/web-sdk';
import { createRampwrightClient, type RampwrightClient } from '@rampwright/provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlagDefinition } from '../../domain/index.ts';
import { aFlag, aRollout } from './builders.ts';
import { callApi, PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

const BY_PLAN = { if: [{ '==': [{ var: 'plan' }, 'pro'] }, 'b', null] };

/** Flags of every type and state, with the type that an application would ask for. */
const FLAGS: Readonly<Record<string, readonly ['boolean' | 'string' | 'number' | 'object', FlagDefinition]>> = {
  'bool-static': ['boolean', aFlag()],
  'bool-targeted': [
    'boolean',
    aFlag({
      targeting: { '==': [{ var: 'plan' }, 'pro'] },
      variants: { true: true, false: false },
      defaultVariant: 'false',
    }),
  ],
  text: [
    'string',
    {
      state: 'ENABLED',
      variants: { a: 'alpha', b: 'beta' },
      defaultVariant: 'a',
      targeting: BY_PLAN,
      metadata: { owner: 'search' },
    },
  ],
  number: ['number', { state: 'ENABLED', variants: { a: 0, b: 2.5 }, defaultVariant: 'a', targeting: BY_PLAN }],
  object: [
    'object',
    { state: 'ENABLED', variants: { a: {}, b: { deep: [1, { x: null }] } }, defaultVariant: 'a', targeting: BY_PLAN },
  ],
  split: [
    'string',
    {
      state: 'ENABLED',
      variants: { a: 'A', b: 'B', c: 'C' },
      defaultVariant: 'a',
      targeting: {
        fractional: [
          ['a', 20],
          ['b', 30],
          ['c', 50],
        ],
      },
    },
  ],
  versioned: [
    'string',
    {
      state: 'ENABLED',
      variants: { a: 'old', b: 'new' },
      defaultVariant: 'a',
      targeting: { if: [{ sem_ver: [{ var: 'version' }, '>=', '2.0.0'] }, 'b'] },
    },
  ],
  'code-default': ['string', { state: 'ENABLED', variants: { a: 'A' } }],
  disabled: ['boolean', aFlag({ state: 'DISABLED' })],
  broken: ['string', { state: 'ENABLED', variants: { a: 'A' }, defaultVariant: 'a', targeting: { var: 'plan' } }],
  'rolled-out': ['boolean', aFlag()],
};
const CONTEXTS = [
  {},
  { targetingKey: 'user-1' },
  { targetingKey: 'user-2', plan: 'pro', version: '2.1.0' },
  { targetingKey: 'zażółć', plan: 'free', version: '1.9.9' },
  ...Array.from({ length: 40 }, (_, index) => ({
    targetingKey: `unit-${index}`,
    plan: index % 2 === 0 ? 'pro' : 'free',
  })),
];

let server: TestServer;
let client: RampwrightClient;
let ofrep: OFREPApi;

beforeAll(async () => {
  server = await startTestServer();
  const key = await server.createKey('evaluate');
  for (const [name, [, definition]] of Object.entries(FLAGS)) {
    const { status, body } = await server.call('PUT', `${PRODUCTION}/flags/${name}`, definition);
    expect(status, JSON.stringify(body)).toBe(201);
  }
  const stages = [
    { coverage: 60_000, dwellMs: 0 },
    { coverage: 95_000, dwellMs: 0 },
  ];
  await server.call('POST', `${PRODUCTION}/rollouts`, aRollout({ flag: 'rolled-out', stages }));
  await server.call('POST', `${PRODUCTION}/rollouts/new-thing/start`);
  ofrep = new OFREPApi({ baseUrl: server.url, headers: [['Authorization', `Bearer ${key}`]] });
  client = createRampwrightClient({ url: server.url, apiKey: key });
  await client.ready(10_000);
});
afterAll(async () => {
  await client.close();
  await server.close();
});

describe('an unmodified OFREP client', () => {
  it('gets what the provider gets in process: value, variant, reason, metadata and errors, for every flag and context', async () => {
    let compared = 0;
    for (const context of CONTEXTS) {
      for (const [key, [type]] of Object.entries(FLAGS)) {
        const remote = await ofrep.postEvaluateFlag(key, { context });
        const local = client.details(key, type, undefined as never, context);
        expect(remote.httpStatus, key).toBe(local.errorCode === undefined ? 200 : 400);
        const { value, variant, reason, errorCode, flagMetadata } = local;
        const expected =
          errorCode === undefined
            ? { key, reason, ...(variant === undefined ? {} : { variant, value }), metadata: flagMetadata }
            : { key, errorCode };
        expect(remote.value, key).toMatchObject(expected);
        if (errorCode === undefined && variant === undefined) expect(remote.value).not.toHaveProperty('value');
        compared += 1;
      }
    }
    expect(compared).toBe(CONTEXTS.length * Object.keys(FLAGS).length);
  });

  it('gets the same from bulk as one by one', async () => {
    for (const context of CONTEXTS.slice(0, 10)) {
      const bulk = await ofrep.postBulkEvaluateFlags({ context });
      const flags = (bulk.value as { flags: { key: string }[] }).flags;
      expect(flags.map((flag) => flag.key).sort()).toEqual(Object.keys(FLAGS).sort());
      for (const flag of flags) expect(flag).toEqual((await ofrep.postEvaluateFlag(flag.key, { context })).value);
    }
  });

  it('is served both variants by a rollout, as the coverage says', async () => {
    const variants = new Set<string | undefined>();
    for (const context of CONTEXTS.slice(4)) {
      const { value } = await ofrep.postEvaluateFlag('rolled-out', { context });
      variants.add((value as { variant: string }).variant);
    }
    expect(variants).toEqual(new Set(['on', 'off']));
  });

  it('finds out by itself that a value has the wrong type', async () => {
    const { value } = await ofrep.postEvaluateFlag('text', { context: {} });
    expect(() => toResolutionDetails(value as never, true)).not.toThrow();
    expect(client.details('text', 'boolean', true, {})).toMatchObject({ errorCode: 'TYPE_MISMATCH' });
  });

  it('gets the errors of the protocol', async () => {
    expect(await ofrep.postEvaluateFlag('nothing', { context: {} })).toMatchObject({
      httpStatus: 404,
      value: { key: 'nothing', errorCode: 'FLAG_NOT_FOUND' },
    });
    expect(await ofrep.postEvaluateFlag('text', { context: 5 as never })).toMatchObject({
      httpStatus: 400,
      value: { key: 'text', errorCode: 'INVALID_CONTEXT' },
    });
    expect(await ofrep.postBulkEvaluateFlags({ context: [] as never })).toMatchObject({
      httpStatus: 400,
      value: { errorCode: 'INVALID_CONTEXT' },
    });
    const stranger = new OFREPApi({ baseUrl: server.url });
    await expect(stranger.postEvaluateFlag('text', { context: {} })).rejects.toThrow();
  });

  it('may leave out the body, the context, and add a slash', async () => {
    const key = await server.createKey('evaluate');
    const call = (path: string, body?: unknown) => callApi(`${server.url}${path}`, 'POST', body, { 'x-api-key': key });
    expect(await call('/ofrep/v1/evaluate/flags/text')).toMatchObject({ status: 200, body: { value: 'alpha' } });
    expect(await call('/ofrep/v1/evaluate/flags/text', {})).toMatchObject({ status: 200, body: { value: 'alpha' } });
    expect((await call('/ofrep/v1/evaluate/flags/', {})).status).toBe(200);
    expect(await call('/ofrep/v1/evaluate/flags/text', '{')).toMatchObject({
      status: 400,
      body: { key: 'text', errorCode: 'INVALID_CONTEXT' },
    });
  });
});

describe('the official web provider', () => {
  it('serves the same values through the OpenFeature web SDK', async () => {
    const key = await server.createKey('evaluate');
    await OpenFeature.setContext({ targetingKey: 'user-2', plan: 'pro', version: '2.1.0' });
    const provider = new OFREPWebProvider({
      baseUrl: server.url,
      headers: [['Authorization', `Bearer ${key}`]],
      pollInterval: -1,
      cacheMode: 'disabled',
    });
    // The SDK's own types disagree about undefined hooks under exactOptionalPropertyTypes.
    await OpenFeature.setProviderAndWait(provider as Provider);
    const web = OpenFeature.getClient();
    expect(web.getBooleanValue('bool-targeted', false)).toBe(true);
    expect(web.getStringDetails('text', 'x')).toMatchObject({ value: 'beta', variant: 'b', reason: 'TARGETING_MATCH' });
    expect(web.getNumberValue('number', 1)).toBe(2.5);
    expect(web.getObjectValue('object', {})).toEqual({ deep: [1, { x: null }] });
    expect(web.getStringDetails('code-default', 'mine')).toMatchObject({ value: 'mine', reason: 'DEFAULT' });
    expect(web.getBooleanDetails('disabled', true)).toMatchObject({ value: true, reason: 'DISABLED' });
    expect(web.getBooleanDetails('text', true)).toMatchObject({ value: true, errorCode: 'TYPE_MISMATCH' });
    expect(web.getBooleanDetails('nothing', true)).toMatchObject({ value: true, errorCode: 'FLAG_NOT_FOUND' });
    await OpenFeature.close();
  });
});
