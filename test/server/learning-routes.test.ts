import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { LearningStorage } from '../../domain/index.ts';
import { openPostgresStorage } from '../../storage/index.ts';
import { createDatabase } from '../services/postgres.ts';
import { aModel, aModelReview } from '../storage/learning-builders.ts';
import { aFlag, aRollout } from './builders.ts';
import { callApi, PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

let server: TestServer;
let drop: () => Promise<void>;
/** The server's own storage, opened a second time: models are registered by training, not over HTTP. */
let storage: LearningStorage;

beforeAll(async () => {
  const database = await createDatabase(inject('postgresUrl'));
  drop = database.drop;
  server = await startTestServer({ databaseUrl: database.url });
  storage = await openPostgresStorage({ databaseUrl: database.url, onError: () => {} });
  await server.call('PUT', `${PRODUCTION}/flags/thing`, aFlag());
  await server.call('POST', `${PRODUCTION}/rollouts`, aRollout());
});

afterAll(async () => {
  await server.close();
  await storage.close();
  await drop();
});

describe('labels over HTTP', () => {
  const LABELS = `${PRODUCTION}/rollouts/new-thing/labels`;

  it('are added by operators in the name of their key, and listed as they were known', async () => {
    const first = await server.call('POST', LABELS, { verdict: 'regressed', note: 'errors doubled', confidence: 0.8 });
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({
      rollout: 'new-thing',
      generation: 1,
      verdict: 'regressed',
      source: 'operator',
      confidence: 0.8,
      note: 'errors doubled',
    });
    expect(first.body.author).toMatch(/^key:/);
    const again = { labelId: first.body.labelId, verdict: 'healthy' };
    expect((await server.call('POST', LABELS, again)).body).toEqual(first.body);
    expect((await server.call('GET', LABELS)).body).toEqual({ labels: [first.body] });
    const before = first.body.ingestedAtMs - 1;
    expect((await server.call('GET', `${LABELS}?knownAtMs=${before}`)).body).toEqual({ labels: [] });
  });

  it.each([
    [{}, 400, 'invalidRequest'],
    [{ verdict: 'good' }, 400, 'invalidRequest'],
    [{ verdict: 'healthy', confidence: 2 }, 400, 'invalidRequest'],
    [{ verdict: 'healthy', source: 'simulation' }, 400, 'invalidRequest'],
    [{ verdict: 'healthy', labelId: 'no spaces' }, 400, 'invalidRequest'],
    [{ verdict: 'healthy', generation: 9 }, 404, 'rolloutNotFound'],
  ])('are refused when they are %j', async (body, status, code) => {
    const { body: before } = await server.call('GET', LABELS);
    const answer = await server.call('POST', LABELS, body);
    expect({ status: answer.status, type: answer.body.type }).toEqual({
      status,
      type: `urn:rampwright:problem:${code}`,
    });
    expect((await server.call('GET', LABELS)).body).toEqual(before);
  });

  it('are refused for a rollout that is not there', async () => {
    const answer = await server.call('POST', `${PRODUCTION}/rollouts/none/labels`, { verdict: 'healthy' });
    expect(answer.status).toBe(404);
  });
});

describe('models over HTTP', () => {
  const MODELS = `${PRODUCTION}/models`;
  const why = { reason: 'better on held-out rollouts' };

  /** Registers a model of the environment "production", or for all. */
  async function register(changes: Parameters<typeof aModel>[0] = {}): Promise<string> {
    const model = aModel({ environment: 'production', ...changes });
    return (await storage.models.register('default', model, 'nightly')).modelId;
  }

  it('are listed and shown with all that is known of them, but for their artefacts', async () => {
    const parent = await register({ kind: 'shown' });
    const child = await register({ kind: 'shown', parentId: parent });
    const listed = await server.call('GET', `${MODELS}?kind=shown`);
    expect(listed.body.models.map(({ modelId }: { modelId: string }) => modelId)).toEqual([parent, child].sort());
    const shown = await server.call('GET', `${MODELS}/${child}`);
    const record = await storage.models.read({ tenant: 'default', environment: 'production' }, child);
    expect(shown.body).toEqual({ model: record, lineage: [parent], moves: [] });
    expect(shown.headers.get('etag')).toBe('"0"');
    expect(JSON.stringify(shown.body)).not.toContain('layers');
    expect((await server.call('GET', `${MODELS}/none`)).status).toBe(404);
    expect((await server.call('GET', `${MODELS}?state=best`)).status).toBe(400);
  });

  it('are promoted and demoted with a reason, and by revision when one is named', async () => {
    const [a, b] = [await register({ kind: 'moved' }), await register({ kind: 'moved' })];
    const first = await server.call('POST', `${MODELS}/${a}/promote`, why, { 'if-match': '"0"' });
    expect(first.body).toMatchObject({ revision: 1, verb: 'promote', modelId: a, previousId: null, ...why });
    expect(first.headers.get('etag')).toBe('"1"');
    expect((await server.call('POST', `${MODELS}/${b}/promote`, why, { 'if-match': '"0"' })).status).toBe(412);
    expect((await server.call('POST', `${MODELS}/${b}/promote`, why)).body).toMatchObject({
      revision: 2,
      previousId: a,
    });
    expect((await server.call('POST', `${MODELS}/${b}/promote`, why)).status).toBe(409);
    expect((await server.call('POST', `${MODELS}/${b}/demote`, why)).body).toMatchObject({ modelId: a, previousId: b });
    expect((await server.call('GET', `${MODELS}/${b}`)).body.model).toMatchObject({ state: 'retired', ...why });
    expect((await server.call('POST', `${MODELS}/${a}/demote`, {})).status).toBe(400);
    expect((await server.call('POST', `${MODELS}/none/demote`, why)).status).toBe(404);
  });

  it('are said to fit or not as of the newest look at them, which is empty before the first', async () => {
    const read = () => server.call('GET', `${PRODUCTION}/model-reviews`);
    expect(await read()).toMatchObject({ status: 200, body: { reviews: [] } });
    const review = aModelReview({ against: ['People have marked 2 of its rollbacks as false.'], wasTakenBack: true });
    await storage.modelReviews.keep({ tenant: 'default', environment: 'production' }, review);
    expect((await read()).body).toEqual({ reviews: [review] });
    const unknown = aModelReview({ atMs: 11, drift: null, calibration: null, byBand: [] });
    await storage.modelReviews.keep({ tenant: 'default', environment: 'production' }, unknown);
    expect((await read()).body).toEqual({ reviews: [unknown] });
  });

  it('that are for all environments are out of reach of a key of one', async () => {
    const all = await register({ environment: null, kind: 'shared' });
    const own = await register({ kind: 'shared' });
    const headers = { authorization: `Bearer ${await server.createKey('admin')}` };
    const refused = await callApi(`${server.url}${MODELS}/${all}/promote`, 'POST', why, headers);
    expect(refused.body).toMatchObject({ status: 403, detail: expect.stringContaining('for all environments') });
    expect((await callApi(`${server.url}${MODELS}/${own}/promote`, 'POST', why, headers)).status).toBe(200);
    expect((await server.call('POST', `${MODELS}/${all}/promote`, why)).status).toBe(200);
  });

  it('go to the shadow and the canary and out of the way by hand, and show what they have shown', async () => {
    const [one, other] = [await register({ kind: 'stage' }), await register({ kind: 'stage' })];
    const move = (model: string, verb: string) => server.call('POST', `${MODELS}/${model}/${verb}`, why);
    expect(await move(one, 'shadow')).toMatchObject({ status: 200, body: { state: 'shadow', reason: why.reason } });
    expect(await move(one, 'canary')).toMatchObject({ status: 200, body: { state: 'canary' } });
    expect(await move(other, 'canary')).toMatchObject({ status: 409, body: { detail: expect.stringContaining(one) } });
    const standing = await server.call('GET', `${MODELS}/${one}/standing`);
    expect(standing.body).toMatchObject({ modelId: one, state: 'canary', shadow: null, gate: null });
    expect(standing.body.canary).toMatchObject({ rollouts: { champion: 0, challenger: 0 }, isWorse: false });
    expect(await move(one, 'retire')).toMatchObject({ status: 200, body: { state: 'retired' } });
    expect((await move(other, 'canary')).status).toBe(200);
    expect((await move('none', 'canary')).status).toBe(404);
    expect((await server.call('POST', `${MODELS}/${other}/canary`, {})).status).toBe(400);
  });
});
