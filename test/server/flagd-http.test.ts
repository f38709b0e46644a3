import { afterAll, beforeAll, expect, it } from 'vitest';
import { flagdOver } from '../evaluator/flagd.ts';
import { aFlag, aRollout } from './builders.ts';
import { PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

const PATH = '/api/v1/flagd/flags.json';
const ALWAYS = { stages: [{ coverage: 100_000, dwellMs: 1_000 }], holdback: 0 };

let server: TestServer;
let headers: Readonly<Record<string, string>>;

beforeAll(async () => {
  server = await startTestServer();
  headers = { authorization: `Bearer ${await server.createKey('evaluate')}` };
});
afterAll(() => server.close());

const read = (ifNoneMatch?: string) =>
  server.call(
    'GET',
    PATH,
    undefined,
    ifNoneMatch === undefined ? headers : { ...headers, 'if-none-match': ifNoneMatch },
  );

it('is a definition file with the environment and its version as metadata', async () => {
  await server.call('PUT', `${PRODUCTION}/flags/thing`, aFlag());
  const { status, headers: answered, body } = await read();
  const { version } = (await server.call('GET', '/api/v1/snapshot', undefined, headers)).body;
  expect(status).toBe(200);
  expect(answered.get('content-type')).toMatch(/^application\/json/);
  expect(body).toMatchObject({
    flags: { thing: aFlag() },
    metadata: { flagSetId: 'production', version: String(version) },
  });
});

it('is sent again only when something changed', async () => {
  const etag = (await read()).headers.get('etag')!;
  expect(etag).toMatch(/^"[^"]+"$/);
  expect(await read(etag)).toMatchObject({ status: 304, body: '' });
  expect((await read(`"other", ${etag}`)).status).toBe(304);
  await server.call('PUT', `${PRODUCTION}/flags/other`, aFlag());
  const changed = await read(etag);
  expect(changed.status).toBe(200);
  expect(changed.headers.get('etag')).not.toBe(etag);
});

it("is understood by flagd's own evaluator, rollouts and shared rules included", async () => {
  await server.call('PUT', `${PRODUCTION}/evaluators`, { staff: { ends_with: [{ var: 'email' }, '@staff.example'] } });
  await server.call('PUT', `${PRODUCTION}/flags/thing`, aFlag());
  await server.call('PUT', `${PRODUCTION}/flags/inner`, aFlag({ targeting: { if: [{ $ref: 'staff' }, 'on', null] } }));
  await server.call('POST', `${PRODUCTION}/rollouts`, aRollout(ALWAYS));
  const ask = async (flagKey: string, context: object) =>
    flagdOver((await read()).body).resolveBooleanEvaluation(flagKey, false, context as never);

  expect(await ask('thing', { targetingKey: 'user-1' })).toMatchObject({ value: false, variant: 'off' });
  expect((await server.call('POST', `${PRODUCTION}/rollouts/new-thing/start`)).status).toBe(200);
  expect(await ask('thing', { targetingKey: 'user-1' })).toMatchObject({
    value: true,
    variant: 'on',
    flagMetadata: { flagSetId: 'production' },
  });
  expect(await ask('thing', {})).toMatchObject({ value: false, variant: 'off' });
  expect(await ask('inner', { email: 'ada@staff.example' })).toMatchObject({ value: true });
  expect(await ask('inner', { email: 'ada@example' })).toMatchObject({ value: false });
});

it('is refused where flagd would put units into other buckets', async () => {
  await server.call('POST', `${PRODUCTION}/rollouts/new-thing/rollback`);
  expect((await server.call('PUT', `${PRODUCTION}/settings`, { bucketing: 'murmur3-cbor' })).status).toBe(200);
  const { status, body } = await read();
  expect({ status, type: body.type }).toEqual({ status: 409, type: 'urn:rampwright:problem:bucketingNotInFlagd' });
  await server.call('PUT', `${PRODUCTION}/settings`, {});
  expect((await read()).status).toBe(200);
});
