import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFlag, aRollout } from './builders.ts';
import { runCli } from './cli-process.ts';
import { callApi, PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const HOUR_MS = 3_600_000;
const soon = (ms: number) => new Date(Date.now() + ms).toISOString();
const move = (name: string, verb: string, body?: unknown) =>
  server.call('POST', `${PRODUCTION}/rollouts/${name}/${verb}`, body);
async function aDraft(rollout: string, changes: Readonly<Record<string, unknown>> = {}): Promise<void> {
  await server.call('PUT', `${PRODUCTION}/flags/${rollout}`, aFlag());
  const created = await server.call('POST', `${PRODUCTION}/rollouts`, aRollout({ rollout, flag: rollout, ...changes }));
  expect(created.status).toBe(201);
}
const setFreezes = (freezes: readonly unknown[]) => server.call('PUT', `${PRODUCTION}/settings`, { freezes });
const reasonsOf = async (name: string): Promise<readonly string[]> =>
  (await server.call('GET', `${PRODUCTION}/rollouts/${name}/explain`)).body.now.reasons.map(
    ({ code }: { code: string }) => code,
  );

describe('a freeze', () => {
  const now = { name: 'now', reason: 'party', from: soon(-HOUR_MS), until: soon(HOUR_MS) };

  it('refuses everything that goes forward, with why and until when, and nothing that goes back', async () => {
    await aDraft('icy');
    await aDraft('running');
    await move('running', 'start');
    await move('running', 'jump', { coverage: 20_000, reason: 'x' });
    expect((await setFreezes([now])).status).toBe(200);
    const refused = await move('icy', 'start');
    expect(refused).toMatchObject({ status: 409, body: { type: 'urn:rampwright:problem:restricted' } });
    expect(refused.body.detail).toMatch(
      /"icy" cannot start: frozen: the freeze "now" holds until 2.*\(party\).*until: 2/,
    );
    for (const [verb, body] of [
      ['advance', { force: true, reason: 'x' }],
      ['jump', { coverage: 50_000, reason: 'x' }],
      ['pin', { coverage: 50_000, reason: 'x', untilMs: Date.now() + HOUR_MS }],
      ['complete', undefined],
    ] as const)
      expect(await move('running', verb, body), verb).toMatchObject({
        status: 409,
        body: { title: refused.body.title },
      });
    expect(await reasonsOf('running')).toContain('frozen');
    expect((await move('running', 'jump', { coverage: 500, reason: 'down' })).status).toBe(200);
    expect((await move('running', 'pause')).status).toBe(200);
    expect((await move('running', 'resume')).status).toBe(409);
    expect((await move('running', 'rollback')).status).toBe(200);
    expect((await move('running', 'retry')).status).toBe(409);
    await setFreezes([{ ...now, rollouts: ['other'] }]);
    expect((await move('icy', 'start')).status).toBe(200);
    await setFreezes([]);
  });

  it('is passed in an emergency by a key that may, with a reason, which the audit keeps; approvals are not', async () => {
    await aDraft('urgent', { approvals: [{ beyond: 50_000 }] });
    await setFreezes([now]);
    const scopes = ['admin', 'override'];
    const { token } = (
      await server.call('POST', '/api/v1/keys', { name: 'on call', environment: 'production', scopes })
    ).body;
    const urgently = (verb: string, body: unknown) =>
      callApi(`${server.url}${PRODUCTION}/rollouts/urgent/${verb}`, 'POST', body, { 'x-api-key': token });
    expect((await urgently('start', {})).body.detail).toMatch(/frozen.*in an emergency "overrideFreeze" with a reason/);
    const overrideFreeze = true;
    const lacking = await move('urgent', 'start', { overrideFreeze, reason: 'fix' });
    expect(lacking).toMatchObject({ status: 403, body: { detail: expect.stringMatching(/scope "override" too/) } });
    expect(await urgently('start', { overrideFreeze })).toMatchObject({
      status: 400,
      body: { violations: [{ path: '/reason' }] },
    });
    expect((await urgently('start', { overrideFreeze, reason: 'the fix' })).body.state.phase).toBe('running');
    const jump = { coverage: 20_000, overrideFreeze, reason: 'the fix' };
    expect((await urgently('jump', jump)).body.state.coverage).toBe(20_000);
    const waits = await urgently('advance', { overrideFreeze, reason: 'x' });
    expect(waits.body.detail).toMatch(/would hold: .*noClosedWindow/);
    expect(waits.body.detail).not.toMatch(/frozen/);
    const forced = await urgently('advance', { force: true, overrideFreeze, reason: 'x' });
    expect(forced.body.state.coverage).toBe(50_000);
    expect((await urgently('complete', { overrideFreeze, reason: 'x' })).body.detail).toMatch(/: approvalNeeded/);
    const { entries } = (await server.call('GET', `${PRODUCTION}/audit?kind=rollout`)).body;
    expect(entries.slice(0, 3).map(({ reason }: { reason: string }) => reason)).toEqual([
      expect.stringMatching(/^x \(past the freeze "now", noClosedWindow/),
      expect.stringMatching(/^the fix \(past the freeze "now"/),
      'the fix (past the freeze "now")',
    ]);
    expect((await move('urgent', 'rollback')).status).toBe(200);
    await setFreezes([]);
  });

  it('is refused where it could not be understood, with the place', async () => {
    const bad = await setFreezes([
      { name: 'a', reason: 'x', weekly: { days: ['friday'], from: '16:00', to: '08:00', timeZone: 'Mars/Base' } },
    ]);
    expect(bad).toMatchObject({ status: 400, body: { violations: [{ path: '/freezes/0/weekly/timeZone' }] } });
    expect((await setFreezes([{ name: 'a', reason: 'x', from: 'tomorrow', until: 'later' }])).status).toBe(400);
  });

  it('is listed, added and removed by the command line, which keeps other settings, and is audited', async () => {
    await server.call('PUT', `${PRODUCTION}/settings`, { staticContext: { region: 'eu' } });
    const cli = (...args: string[]) =>
      runCli(['freezes', ...args], { env: { RAMPWRIGHT_URL: server.url, RAMPWRIGHT_KEY: server.adminKey } });
    const weekly = ['--days', 'saturday', 'sunday', '--from', '00:00', '--to', '24:00', '--time-zone', 'Asia/Tokyo'];
    expect((await cli('add', 'weekends', '--reason', 'small crew', ...weekly)).code).toBe(0);
    expect((await cli('list')).out).toMatch(/weekends +saturday, sunday 00:00–24:00 Asia\/Tokyo +all +small crew/);
    const { body } = await server.call('GET', `${PRODUCTION}/settings`);
    expect(body).toMatchObject({ staticContext: { region: 'eu' }, freezes: [{ name: 'weekends' }] });
    expect((await cli('remove', 'nights')).error).toMatch(/there are: weekends/);
    expect((await cli('remove', 'weekends')).code).toBe(0);
    const { entries } = (await server.call('GET', `${PRODUCTION}/audit?kind=settings`)).body;
    expect(entries[0]).toMatchObject({ before: { freezes: [{ name: 'weekends' }] }, after: { freezes: [] } });
  });
});

describe('the order of rollouts', () => {
  it('lets one start only after those that it depends on have completed', async () => {
    await aDraft('base');
    await aDraft('next', { dependsOn: ['base'] });
    expect((await move('next', 'start')).body.detail).toMatch(/dependencyPending: .*"base", which is draft/);
    await move('base', 'start');
    await move('base', 'complete');
    expect((await move('next', 'start')).status).toBe(200);
    await move('base', 'rollback');
    expect(await reasonsOf('next')).toContain('dependencyFailed');
  });

  it('refuses a circle with the place, when it is saved', async () => {
    await aDraft('round-1', { dependsOn: ['round-2'] });
    await server.call('PUT', `${PRODUCTION}/flags/round-2`, aFlag());
    const closing = aRollout({ rollout: 'round-2', flag: 'round-2', dependsOn: ['round-1'] });
    expect(await server.call('POST', `${PRODUCTION}/rollouts`, closing)).toMatchObject({
      status: 422,
      body: { detail: '"round-2" would wait for itself', violations: [{ path: '/dependsOn/0' }] },
    });
  });

  it('lets none start before its date', async () => {
    await aDraft('early', { startAt: soon(HOUR_MS) });
    expect((await move('early', 'start')).body.detail).toMatch(/start date 2/);
    await aDraft('late', { startAt: soon(-HOUR_MS) });
    expect((await move('late', 'start')).status).toBe(200);
  });

  it('has no more in progress than the environment allows, and says which are', async () => {
    const names = ['m-1', 'm-2', 'm-3'];
    for (const name of names) await aDraft(name);
    const inProgress = (await server.call('GET', `${PRODUCTION}/rollouts`)).body.rollouts.filter(
      ({ state }: { state: { phase: string } }) => state.phase === 'running' || state.phase === 'paused',
    ).length;
    await server.call('PUT', `${PRODUCTION}/settings`, { maxInProgress: inProgress + 2 });
    const answers = await Promise.all(names.map((name) => move(name, 'start')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 409]);
    const refused = answers.find(({ status }) => status === 409)!;
    expect(refused.body).toMatchObject({
      type: 'urn:rampwright:problem:environmentFull',
      detail: expect.stringMatching(/may be in progress here: .*m-\d/),
    });
    await server.call('PUT', `${PRODUCTION}/settings`, {});
  });

  it('has exactly one of a group start, however many try at the same moment', async () => {
    const names = ['g-1', 'g-2', 'g-3', 'g-4'];
    for (const name of names) await aDraft(name, { exclusionGroup: 'checkout' });
    const answers = await Promise.all(names.map((name) => move(name, 'start')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    const loser = answers.findIndex(({ status }) => status === 409);
    expect(answers[loser]!.body.type).toMatch(/groupHasRollout$/);
    const winner = names[answers.findIndex(({ status }) => status === 200)]!;
    await move(winner, 'rollback');
    expect((await move(names[loser]!, 'start')).status).toBe(200);
  });
});
