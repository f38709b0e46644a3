import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openPostgresStorage } from '../../storage/index.ts';
import { createDatabase } from '../services/postgres.ts';
import { BY_TESTER } from '../storage/builders.ts';
import { aModel } from '../storage/learning-builders.ts';
import { runCli } from './cli-process.ts';
import { playedRollout } from './played-rollout.ts';
import { startTestServer, type TestServer } from './running-server.ts';

let server: TestServer;
let storage: Awaited<ReturnType<typeof openPostgresStorage>>;
let database: Awaited<ReturnType<typeof createDatabase>>;
let readOnlyKey: string;

beforeAll(async () => {
  database = await createDatabase(inject('postgresUrl'));
  server = await startTestServer({ databaseUrl: database.url, dataDirectory: '' });
  storage = await openPostgresStorage({ databaseUrl: database.url, onError: () => {} });
  const scope = { tenant: 'default', environment };
  await storage.flags.createEnvironment(scope);
  await storage.flags.writeFlag(scope, 'checkout', FLAG, BY_TESTER);
  await playedRollout(storage, scope, { riskModel: 'off' });
  const key = { name: 'reader', environment, scopes: ['read'] };
  readOnlyKey = (await server.call('POST', '/api/v1/keys', key)).body.token;
});

afterAll(async () => {
  await server.close();
  await storage.close();
  await database.drop();
});

const environment = 'replayed';
const FLAG = { state: 'ENABLED', variants: { off: false, on: true }, defaultVariant: 'off' } as const;
const replay = (args: readonly string[], input = '') =>
  runCli(['replay', 'new-checkout', '--environment', environment, ...args], {
    input,
    env: { RAMPWRIGHT_URL: server.url, RAMPWRIGHT_KEY: readOnlyKey },
  });

describe('rampwright replay', () => {
  it('makes recorded decisions again with a key that may only read, and says that they come out the same', async () => {
    const { code, out, error } = await replay([]);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toMatch(
      /^"new-checkout", generation 1: \d+ recorded decisions took effect\.\nMade again as they were, all come out the same, number by number\.\n$/,
    );
  });

  it('says where another plan would have done otherwise, and that the histories part there', async () => {
    const plan = `type: rollout
rollout: new-checkout
flag: checkout
control: "off"
treatments: [{ variant: "on" }]
windowMs: 10000
burnInMs: 0
minExposures: 1
onSampleRatioMismatch: rollback
metrics: [{ metric: errors }, { metric: latency }]
`;
    const { code, out, error } = await replay(['--plan', '-'], plan);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toMatch(/With the plan in -: [1-9]\d* of \d+ decisions would differ\./);
    expect(out).toMatch(/ 1 % +hold +rollback +\S/);
    expect(out).toMatch(/\nThe two histories part at 20\S+: up to there this is what would have happened\.\n/);
  });

  it('takes weights of your own for an appetite', async () => {
    const own = 'harm=200, hours=4,falseRollback=28,move=0.1,objective=150';
    const { code, out } = await replay(['--policy', 'linUcb', '--appetite', own]);
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringContaining('the appetite harm=200,hours=4,falseRollback=28,move=0.1,objective=150'),
    });
  });

  it('shows everything as JSON', async () => {
    const told = JSON.parse((await replay(['--policy', 'linUcb', '--appetite', 'fast', '--json'])).out);
    expect(told).toMatchObject({
      rollout: 'new-checkout',
      generation: 1,
      asked: { appetite: 'fast', policy: expect.stringContaining('with linUcb') },
      reproduction: { same: told.records, different: [] },
      replay: { decisions: told.records, stoppedBecause: null },
    });
  });

  it('refuses what it cannot do, and says why', async () => {
    expect(await replay(['--policy', 'learned:nobody'])).toMatchObject({
      code: 1,
      error: expect.stringContaining('There is no ramp policy "nobody"'),
    });
    expect(await replay(['--policy', 'greedy'])).toMatchObject({
      code: 2,
      error: expect.stringContaining('learned:MODEL'),
    });
    expect(await replay(['--generation', '7'])).toMatchObject({
      code: 1,
      error: expect.stringContaining('generation 7'),
    });
    const other =
      'type: rollout\nrollout: new-checkout\nflag: checkout\ncontrol: "on"\ntreatments: [{ variant: "off" }]\n';
    expect(await replay(['--plan', '-'], other)).toMatchObject({
      code: 2,
      error: expect.stringContaining('it compares'),
    });
  });
});

describe('the artefact of a model', () => {
  it('can be read by whoever may read the environment, as it was registered', async () => {
    const model = aModel({ environment });
    await storage.models.register('default', model, 'for testing');
    const path = `/api/v1/environments/${environment}/models/${model.modelId}/artefact`;
    const { status, body } = await server.call('GET', path);
    const { artefactSha256 } = (await storage.models.read({ tenant: 'default', environment }, model.modelId))!;
    expect({ status, body }).toEqual({
      status: 200,
      body: { modelId: model.modelId, artefactSha256, artefact: model.artefact },
    });
    expect((await server.call('GET', path.replace(model.modelId, 'none'))).body.type).toBe(
      'urn:rampwright:problem:modelNotFound',
    );
  });
});
