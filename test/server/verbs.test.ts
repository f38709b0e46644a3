import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFlag, aRollout } from './builders.ts';
import { runCli } from './cli-process.ts';
import { PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

let server: TestServer;
let count = 0;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const HOUR_MS = 3_600_000;

/** A rollout that runs at 1 %, on a flag of its own. */
async function aRunning(changes: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const name = `thing-${count++}`;
  await server.call('PUT', `${PRODUCTION}/flags/${name}`, aFlag());
  await server.call('POST', `${PRODUCTION}/rollouts`, aRollout({ rollout: name, flag: name, ...changes }));
  await server.call('POST', `${PRODUCTION}/rollouts/${name}/start`);
  return name;
}

const move = (name: string, verb: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) =>
  server.call('POST', `${PRODUCTION}/rollouts/${name}/${verb}`, body, headers);
const auditOf = async (name: string) =>
  (await server.call('GET', `${PRODUCTION}/audit?kind=rollout&target=${name}`)).body.entries;
const explain = async (name: string) => (await server.call('GET', `${PRODUCTION}/rollouts/${name}/explain`)).body;

describe('advance', () => {
  it('is refused with what the gates wait for, and goes on by force, with a reason that is kept', async () => {
    const name = await aRunning();
    const refused = await move(name, 'advance');
    expect(refused).toMatchObject({ status: 409, body: { type: 'urn:rampwright:problem:notCleared' } });
    expect(refused.body.detail).toMatch(/would hold: noClosedWindow: .* \(until: the first closed window.*burnIn: /);
    expect(refused.body.detail).not.toContain('dwell');
    expect(refused.body.fix).toContain('"force": true with a reason');
    expect((await move(name, 'advance', { force: true })).body.violations).toMatchObject([{ path: '/reason' }]);
    const forced = await move(name, 'advance', { force: true, reason: 'tried in staging' });
    expect(forced).toMatchObject({ status: 200, body: { state: { coverage: 5_000, phase: 'running' } } });
    const [entry] = await auditOf(name);
    expect(entry).toMatchObject({ action: 'advance', before: { coverage: 1_000 }, after: { coverage: 5_000 } });
    expect(entry.reason).toMatch(/^tried in staging \(past noClosedWindow, tooFewExposures, .*burnIn\)$/);
  });

  it('ends at the last stage, where only completion is left', async () => {
    const name = await aRunning();
    expect((await move(name, 'jump', { coverage: 95_000, reason: 'sure' })).body.state.coverage).toBe(95_000);
    expect((await move(name, 'advance')).body.detail).toMatch(/at its last stage; what works now: complete, jump/);
  });
});

describe('jump', () => {
  it('goes up and down within the plan, and needs a reason', async () => {
    const name = await aRunning();
    expect((await move(name, 'jump', { coverage: 40_000 })).status).toBe(400);
    expect((await move(name, 'jump', { coverage: 96_000, reason: 'all' })).body.violations[0].message).toMatch(
      /1 to 95000/,
    );
    expect((await move(name, 'jump', { coverage: 40_000, reason: 'up' })).body.state.coverage).toBe(40_000);
    expect((await move(name, 'jump', { coverage: 300, reason: 'down' })).body.state.coverage).toBe(300);
    expect((await auditOf(name)).slice(0, 2).map(({ reason }: { reason: string }) => reason)).toEqual([
      'down',
      expect.stringMatching(/^up \(past .*\)$/),
    ]);
  });
});

describe('a pin, an override and a mode', () => {
  it('are shown with the rollout and in what would be decided, and taken back', async () => {
    const name = await aRunning();
    const untilMs = Date.now() + HOUR_MS;
    const pinned = await move(name, 'pin', { coverage: 3_000, owner: 'ann', reason: 'party', untilMs });
    expect(pinned.body.state).toMatchObject({
      coverage: 3_000,
      steering: { pin: { owner: 'ann', reason: 'party', untilMs } },
    });
    const moved = await move(name, 'jump', { coverage: 9_000, reason: 'x' });
    expect(moved).toMatchObject({ status: 409, body: { type: 'urn:rampwright:problem:pinned' } });
    expect(moved.body.detail).toMatch(/ann pinned it until 20.*\(party\); unpin it/);
    await move(name, 'override', { metric: 'latency', reason: 'cache moved', untilMs });
    await move(name, 'mode', { mode: 'advise', reason: 'to see' });
    const { now, state } = await explain(name);
    expect(state.steering).toMatchObject({ mode: 'advise', overrides: [{ metric: 'latency', untilMs }] });
    expect(now.reasons.map(({ code }: { code: string }) => code)).toEqual(
      expect.arrayContaining(['pinned', 'guardrailOverridden']),
    );
    expect((await move(name, 'restore', { metric: 'errors' })).body.detail).toMatch(/overridden are: latency/);
    await move(name, 'restore', { metric: 'latency' });
    await move(name, 'mode', { mode: 'automatic' });
    expect((await move(name, 'unpin')).body.state.steering).toEqual({ mode: 'automatic', pin: null, overrides: [] });
    expect((await auditOf(name)).map(({ action }: { action: string }) => action)).toEqual([
      'unpin',
      'mode',
      'restore',
      'mode',
      'override',
      'pin',
      'start',
    ]);
  });

  it('end at a time that lies ahead, name guardrails only, and give way to a rollback', async () => {
    const name = await aRunning();
    const past = await move(name, 'pin', { reason: 'x', untilMs: 1 });
    expect(past.body.violations[0]).toMatchObject({ path: '/untilMs' });
    const untilMs = Date.now() + HOUR_MS;
    expect(
      (await move(name, 'override', { metric: 'revenue', reason: 'x', untilMs })).body.violations[0].message,
    ).toMatch(/one of: errors, latency/);
    expect((await move(name, 'mode', { mode: 'manual' })).status).toBe(400);
    await move(name, 'pin', { reason: 'x', untilMs });
    await move(name, 'mode', { mode: 'off' });
    expect((await move(name, 'rollback')).body.state).toMatchObject({ phase: 'rolledBack', coverage: 0 });
  });
});

describe('retry, confirm and reject', () => {
  it('begin the next generation, and say of the one before whether it was rightly taken back', async () => {
    const name = await aRunning();
    expect((await move(name, 'confirm')).body.detail).toMatch(/has not been rolled back yet/);
    expect((await move(name, 'retry')).body.detail).toMatch(/what works now: pause/);
    await move(name, 'rollback');
    expect(await move(name, 'confirm', { reason: 'errors doubled' })).toMatchObject({
      status: 201,
      body: { generation: 1, verdict: 'regressed' },
    });
    const retried = await move(name, 'retry', { reason: 'fixed' });
    expect(retried.body.state).toMatchObject({ phase: 'running', generation: 2, coverage: 1_000 });
    expect((await explain(name)).now.reasons[0].code).toBe('noClosedWindow');
    expect((await move(name, 'reject', { generation: 2 })).body.detail).toMatch(/generations up to 1 were rolled back/);
    expect((await move(name, 'reject')).body).toMatchObject({ generation: 1, verdict: 'healthy' });
    const { labels } = (await server.call('GET', `${PRODUCTION}/rollouts/${name}/labels`)).body;
    expect(labels).toMatchObject([
      { verdict: 'regressed', source: 'operator', note: 'errors doubled' },
      { verdict: 'healthy', generation: 1 },
    ]);
  });
});

describe('an Idempotency-Key', () => {
  const keyed = (key: string) => ({ 'idempotency-key': key });

  it('gives the same request the same answer, whatever has happened since', async () => {
    const name = await aRunning();
    const first = await move(name, 'pause', { reason: 'lunch' }, keyed('lunch-1'));
    await move(name, 'resume');
    expect(await move(name, 'pause', { reason: 'lunch' }, keyed('lunch-1'))).toMatchObject({
      status: 200,
      body: first.body,
    });
    expect((await server.call('GET', `${PRODUCTION}/rollouts/${name}`)).body.state.phase).toBe('running');
    for (const [verb, body] of [
      ['pause', { reason: 'dinner' }],
      ['rollback', { reason: 'lunch' }],
    ] as const) {
      const other = await move(name, verb, body, keyed('lunch-1'));
      expect(other).toMatchObject({ status: 422, body: { type: 'urn:rampwright:problem:requestRepeated' } });
    }
    expect((await move(name, 'pause', {}, keyed('with space'))).status).toBe(400);
  });

  it('lets one of many that arrive together act, and answers all of them alike', async () => {
    const name = await aRunning();
    const reason = { coverage: 2_000, reason: 'together' };
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => move(name, 'jump', reason, keyed(`many-${name}`))),
    );
    const settled = await move(name, 'jump', reason, keyed(`many-${name}`));
    expect(settled.body.state.revision).toBe(3);
    for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: settled.body });
  });

  it('makes one label of a repeated opinion', async () => {
    const name = await aRunning();
    await move(name, 'rollback');
    const [first, second] = [await move(name, 'confirm', {}, keyed('c')), await move(name, 'confirm', {}, keyed('c'))];
    expect(second.body).toEqual(first.body);
  });
});

describe('the command line', () => {
  const cli = (...args: readonly string[]) =>
    runCli(['rollouts', ...args], { env: { RAMPWRIGHT_URL: server.url, RAMPWRIGHT_KEY: server.adminKey } });

  it('pins, jumps, overrides and sets modes', async () => {
    const name = await aRunning();
    expect((await cli('jump', name, '2.5', '--reason', 'why not', '--if-revision', '2')).out).toBe(
      `"${name}" is running at 2.5 %.\n`,
    );
    expect((await cli('pin', name, '--until', '2h', '--owner', 'ann', '--reason', 'party')).out).toMatch(
      /is running at 2\.5 %, pinned by ann until 20\S+Z\.\n$/,
    );
    expect((await cli('override', name, 'errors', '--until', '90m', '--reason', 'known')).out).toMatch(
      /pinned by ann until \S+, errors ignored until \S+Z\.\n$/,
    );
    expect((await cli('advance', name)).error).toMatch(
      /^error: A person pinned the coverage.*\n {2}what to do: Unpin it/,
    );
    expect((await cli('pin', name, '--until', 'soon', '--reason', 'x')).code).toBe(2);
    await cli('rollback', name);
    expect((await cli('confirm', name, '--reason', 'seen')).out).toBe(
      `Generation 1 of "${name}" is labelled regressed.\n`,
    );
  });
});
