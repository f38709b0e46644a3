import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFlag, aRollout } from './builders.ts';
import { PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const on = { defaultVariant: 'on' };

describe('flags', () => {
  it('are created, read, listed page by page, and replaced under a revision', async () => {
    for (const key of ['a', 'b', 'c/with slash', 'd']) {
      const created = await server.call('PUT', `${PRODUCTION}/flags/${encodeURIComponent(key)}`, aFlag());
      expect(created).toMatchObject({ status: 201, body: { key, revision: 1, definition: aFlag() } });
    }
    expect((await server.call('GET', `${PRODUCTION}/flags/${encodeURIComponent('c/with slash')}`)).body.key).toBe(
      'c/with slash',
    );
    const page = await server.call('GET', `${PRODUCTION}/flags?limit=2&after=a`);
    expect(page.body.flags.map((flag: { key: string }) => flag.key)).toEqual(['b', 'c/with slash']);

    const replaced = await server.call('PUT', `${PRODUCTION}/flags/a`, aFlag(on), { 'if-match': '"1"' });
    expect(replaced).toMatchObject({ status: 200, body: { revision: 2 } });
    expect(replaced.headers.get('etag')).toBe('"2"');
    expect((await server.call('PUT', `${PRODUCTION}/flags/a`, aFlag(), { 'if-match': '"1"' })).status).toBe(412);
    expect((await server.call('PUT', `${PRODUCTION}/flags/a`, aFlag(), { 'if-none-match': '*' })).status).toBe(412);
    expect((await server.call('GET', `${PRODUCTION}/flags/nothing`)).status).toBe(404);
  });

  it('share rules, which are refused when a flag would break', async () => {
    await server.call('PUT', `${PRODUCTION}/evaluators`, { isPro: { '==': [{ var: 'plan' }, 'pro'] } });
    const using = aFlag({ targeting: { if: [{ $ref: 'isPro' }, 'on'] } });
    expect((await server.call('PUT', `${PRODUCTION}/flags/pro`, using)).status).toBe(201);
    const broken = await server.call('PUT', `${PRODUCTION}/evaluators`, {});
    expect(broken).toMatchObject({ status: 422, body: { type: 'urn:rampwright:problem:invalidFlag' } });
    expect(JSON.stringify(broken.body.violations)).toContain('pro');
    expect(
      (await server.call('PUT', `${PRODUCTION}/flags/odd`, aFlag({ targeting: { if: [{ $ref: 'missing' }, 'on'] } })))
        .status,
    ).toBe(422);
  });
});

describe('a rollout', () => {
  const at = (verb: string) => `${PRODUCTION}/rollouts/new-thing/${verb}`;
  const snapshotOf = async () => {
    const key = await server.createKey('evaluate');
    return (await server.call('GET', '/api/v1/snapshot', undefined, { authorization: `Bearer ${key}` })).body;
  };

  it('goes from draft through all its phases by hand, each change published and remembered', async () => {
    await server.call('PUT', `${PRODUCTION}/flags/thing`, aFlag());
    const draft = await server.call('POST', `${PRODUCTION}/rollouts`, aRollout());
    expect(draft).toMatchObject({ status: 201, body: { state: { phase: 'draft', coverage: 0, generation: 1 } } });
    expect(draft.body.definition.stages.map((stage: { coverage: number }) => stage.coverage)).toEqual([
      1_000, 5_000, 20_000, 50_000, 95_000,
    ]);
    expect((await snapshotOf()).rollouts).toEqual([]);

    const changed = await server.call('PUT', `${PRODUCTION}/rollouts/new-thing`, aRollout({ alpha: 0.05 }));
    expect(changed).toMatchObject({ status: 200, body: { definition: { alpha: 0.05 } } });

    expect(await server.call('POST', at('start'), { reason: 'go' })).toMatchObject({
      status: 200,
      body: { state: { phase: 'running', coverage: 1_000 } },
    });
    expect((await snapshotOf()).rollouts).toMatchObject([{ rollout: 'new-thing', coverage: 1_000, isMeasured: true }]);
    expect((await server.call('PUT', `${PRODUCTION}/rollouts/new-thing`, aRollout())).body.type).toMatch(
      /rolloutNotDraft$/,
    );

    expect((await server.call('POST', at('pause'))).body.state.phase).toBe('paused');
    expect((await server.call('POST', at('resume'))).body.state.phase).toBe('running');
    expect((await server.call('POST', at('complete'))).body.state).toMatchObject({
      phase: 'completed',
      coverage: 100_000,
    });
    expect((await snapshotOf()).rollouts).toMatchObject([{ coverage: 100_000, isMeasured: false }]);
    expect((await server.call('POST', at('archive'))).body.type).toMatch(/stillNeeded$/);

    expect((await server.call('POST', at('rollback'), { reason: 'complaints' })).body.state).toMatchObject({
      phase: 'rolledBack',
      coverage: 0,
    });
    expect((await server.call('POST', at('rollback'))).status).toBe(200);
    expect((await snapshotOf()).rollouts).toEqual([]);
    expect((await server.call('GET', '/metrics')).body).toMatch(
      /rampwright_rollout_state\{[^}]*state="rolledBack"\} 1/,
    );
    expect((await server.call('POST', at('archive'))).body.state.isArchived).toBe(true);
    expect((await server.call('POST', at('start'))).body.type).toMatch(/wrongPhase$/);

    const { changes } = (await server.call('GET', `${PRODUCTION}/changes?subject=new-thing`)).body;
    expect(changes.map((change: { kind: string }) => change.kind)).toEqual([
      'archive',
      'rollback',
      'complete',
      'resume',
      'pause',
      'start',
      'rolloutUpdated',
      'rolloutCreated',
    ]);
    expect(changes[1]).toMatchObject({ actor: expect.stringMatching(/^key:/), payload: { reason: 'complaints' } });
  });

  it('is explained: the verbs that work, and the latest decision', async () => {
    expect((await server.call('GET', at('explain'))).body).toMatchObject({
      state: { phase: 'rolledBack' },
      now: null,
      latestDecision: null,
      verbs: [],
    });
    expect((await server.call('GET', at('decisions'))).body).toEqual({ decisions: [] });
  });

  it('does not start beside another one of the same flag', async () => {
    await server.call('POST', `${PRODUCTION}/rollouts`, aRollout({ rollout: 'one' }));
    await server.call('POST', `${PRODUCTION}/rollouts`, aRollout({ rollout: 'two' }));
    expect((await server.call('POST', `${PRODUCTION}/rollouts/one/start`)).status).toBe(200);
    expect((await server.call('POST', `${PRODUCTION}/rollouts/two/start`)).body.type).toMatch(/flagHasRollout$/);
    expect((await server.call('GET', `${PRODUCTION}/rollouts/one/explain`)).body).toMatchObject({
      now: { action: 'hold', reasons: [{ code: 'noClosedWindow' }, { code: 'tooFewExposures' }, {}, {}, {}] },
      latestDecision: null,
    });
    await server.call('POST', `${PRODUCTION}/rollouts/one/rollback`);
    expect((await server.call('POST', `${PRODUCTION}/rollouts/two/start`)).status).toBe(200);
    await server.call('POST', `${PRODUCTION}/rollouts/two/rollback`);
  });

  it('does not start on a flag that depends on too many completed ones', async () => {
    const variants = { a: 1, b: 2, c: 3, d: 4, e: 5 };
    await server.call('PUT', `${PRODUCTION}/flags/tower`, { state: 'ENABLED', variants, defaultVariant: 'a' });
    const steps = ['a', 'b', 'c', 'd', 'e'];
    const step = (index: number) => ({
      rollout: `step-${index}`,
      flag: 'tower',
      control: steps[index],
      treatments: [{ variant: steps[index + 1] }],
    });
    for (const index of [0, 1, 2, 3]) {
      await server.call('POST', `${PRODUCTION}/rollouts`, step(index));
      const started = await server.call('POST', `${PRODUCTION}/rollouts/step-${index}/start`);
      if (index < 3)
        expect((await server.call('POST', `${PRODUCTION}/rollouts/step-${index}/complete`)).status).toBe(200);
      else expect(started.body.type).toMatch(/tooManyOverlays$/);
    }
    const key = await server.createKey('evaluate');
    const answer = await server.call(
      'POST',
      '/ofrep/v1/evaluate/flags/tower',
      { context: { targetingKey: 'u' } },
      { authorization: `Bearer ${key}` },
    );
    expect(answer.body).toMatchObject({ variant: 'd', value: 4 });
  });
});

describe('environments', () => {
  it('are apart: flags and rollouts of one are unknown in the other', async () => {
    expect((await server.call('POST', '/api/v1/environments', { environment: 'staging' })).status).toBe(201);
    expect((await server.call('POST', '/api/v1/environments', { environment: 'staging' })).status).toBe(409);
    expect((await server.call('GET', '/api/v1/environments/staging/flags')).body.flags).toEqual([]);
    expect((await server.call('GET', '/api/v1/environments/staging/flags/a')).status).toBe(404);
    expect((await server.call('GET', '/api/v1/environments/staging/rollouts/new-thing')).status).toBe(404);
    expect((await server.call('GET', '/api/v1/environments/nowhere/flags')).status).toBe(404);
    const { environments } = (await server.call('GET', '/api/v1/environments')).body;
    expect(environments.map((entry: { environment: string }) => entry.environment)).toEqual(['production', 'staging']);
  });
});

describe('settings', () => {
  const path = '/api/v1/environments/settled/settings';

  it('have defaults, are replaced as a whole under the version, and say so in the history', async () => {
    await server.call('POST', '/api/v1/environments', { environment: 'settled' });
    const first = await server.call('GET', path);
    expect(first.body).toEqual({ bucketing: 'murmur3', staticContext: {}, corsOrigins: [], freezes: [] });
    const changed = { staticContext: { region: 'eu' }, corsOrigins: ['https://shop.example'] };
    expect(await server.call('PUT', path, changed, { 'if-match': first.headers.get('etag')! })).toMatchObject({
      status: 200,
      body: { bucketing: 'murmur3', ...changed },
    });
    expect((await server.call('PUT', path, {}, { 'if-match': first.headers.get('etag')! })).status).toBe(412);
    expect((await server.call('PUT', path, { corsOrigins: ['shop.example'] })).status).toBe(400);
    const { changes } = (await server.call('GET', '/api/v1/environments/settled/changes')).body;
    expect(changes[0]).toMatchObject({ kind: 'settings', payload: { definition: changed } });
  });

  it('do not change how units are hashed while a rollout is in progress', async () => {
    await server.call('PUT', '/api/v1/environments/settled/flags/thing', aFlag());
    await server.call('POST', '/api/v1/environments/settled/rollouts', aRollout());
    await server.call('POST', '/api/v1/environments/settled/rollouts/new-thing/start');
    expect((await server.call('PUT', path, { bucketing: 'murmur3-cbor' })).body.type).toMatch(/bucketingInUse$/);
    await server.call('POST', '/api/v1/environments/settled/rollouts/new-thing/rollback');
    expect((await server.call('PUT', path, { bucketing: 'murmur3-cbor' })).status).toBe(200);
  });
});

describe('the process', () => {
  it('says that it lives, is ready, and what it counts; its document lists every path', async () => {
    expect((await server.call('GET', '/livez')).body).toEqual({ status: 'alive' });
    expect((await server.call('GET', '/readyz')).body).toEqual({ status: 'ready' });
    expect((await server.call('GET', '/metrics')).body).toMatch(
      /rampwright_evaluations_total\{reason="TARGETING_MATCH"\} \d/,
    );
    const { body } = await server.call('GET', '/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    expect(Object.keys(body.paths)).toContain('/api/v1/environments/{environment}/rollouts/{rollout}/rollback');
    expect((await server.call('GET', '/nothing')).body.type).toMatch(/routeNotFound$/);
  });
});
