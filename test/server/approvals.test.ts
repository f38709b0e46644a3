import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFlag, aRollout } from './builders.ts';
import { runCli } from './cli-process.ts';
import { callApi, PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

let server: TestServer;
let keys: readonly string[];
beforeAll(async () => {
  server = await startTestServer();
  keys = await Promise.all(Array.from({ length: 3 }, () => server.createKey('approve')));
});
afterAll(() => server.close());

const move = (name: string, verb: string, body?: unknown) =>
  server.call('POST', `${PRODUCTION}/rollouts/${name}/${verb}`, body);
/** A vote of the n-th key that may vote. */
const vote = (n: number, name: string, verb: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) =>
  callApi(`${server.url}${PRODUCTION}/rollouts/${name}/${verb}`, 'POST', body, { 'x-api-key': keys[n]!, ...headers });
const codeOf = ({ body }: { body: { type?: string } }) => body.type?.split(':').at(-1);
async function aDraft(rollout: string, changes: Readonly<Record<string, unknown>> = {}): Promise<void> {
  await server.call('PUT', `${PRODUCTION}/flags/${rollout}`, aFlag());
  const created = await server.call('POST', `${PRODUCTION}/rollouts`, aRollout({ rollout, flag: rollout, ...changes }));
  expect(created.status).toBe(201);
}
const set = async (settings: unknown) =>
  expect((await server.call('PUT', `${PRODUCTION}/settings`, settings)).status).toBe(200);

describe('approvals', () => {
  it('are asked for before a start and beyond a coverage, by whatever verb, and say who may give them', async () => {
    await aDraft('asked', { approvals: [{ beyond: 0 }, { beyond: 20_000, approvers: 2 }] });
    const refused = await move('asked', 'start');
    expect([refused.status, codeOf(refused)]).toEqual([409, 'restricted']);
    expect(refused.body.detail).toMatch(
      /cannot start: approvalNeeded: one approval is needed that it starts; so far: none \(until: 1 more "approve" by a key with the scope "approve"\)/,
    );
    expect((await vote(0, 'asked', 'approve', { reason: 'read it' })).status).toBe(200);
    expect((await move('asked', 'start')).status).toBe(200);
    expect((await move('asked', 'jump', { coverage: 20_000, reason: 'x' })).status).toBe(200);
    for (const [verb, body] of [
      ['advance', { force: true, reason: 'x' }],
      ['jump', { coverage: 20_001, reason: 'x' }],
      ['pin', { coverage: 50_000, reason: 'x', untilMs: Date.now() + 3_600_000 }],
      ['complete', undefined],
    ] as const) {
      const { status, body: problem } = await move('asked', verb, body);
      expect([verb, status]).toEqual([verb, 409]);
      expect(problem.detail).toMatch(/2 approvals are needed that it goes beyond 20 %/);
    }
    // Two at the same moment are both heard.
    const answers = await Promise.all([vote(0, 'asked', 'approve'), vote(1, 'asked', 'approve')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect((await move('asked', 'advance', { force: true, reason: 'x' })).body.state.coverage).toBe(50_000);
  });

  it('show how they stand, end with a no, and are open to nobody but those who may vote', async () => {
    await aDraft('shown', { approvals: [{ beyond: 1_000 }] });
    await move('shown', 'start');
    await vote(0, 'shown', 'approve');
    expect((await vote(1, 'shown', 'decline')).status).toBe(400);
    await vote(1, 'shown', 'decline', { reason: 'no tests' });
    const { body, headers } = await server.call('GET', `${PRODUCTION}/rollouts/shown/approvals`);
    expect(body).toMatchObject({
      phase: 'running',
      coverage: 1_000,
      checkpoints: [
        {
          beyond: 1_000,
          approvers: 1,
          isPassable: false,
          votes: [{ vote: 'approve', ownerName: 'approve' }, { reason: 'no tests' }],
        },
      ],
    });
    expect(headers.get('etag')).toBe('"4"');
    expect((await move('shown', 'complete')).body.detail).toMatch(/approvalDeclined: .*\(no tests\)/);
    const { now } = (await server.call('GET', `${PRODUCTION}/rollouts/shown/explain`)).body;
    expect(now.reasons.map(({ code }: { code: string }) => code)).toContain('noClosedWindow');
    const stranger = await server.createKey('evaluate');
    const url = `${server.url}${PRODUCTION}/rollouts/shown/approve`;
    expect((await callApi(url, 'POST', {}, { 'x-api-key': stranger })).status).toBe(403);
    expect((await vote(2, 'shown', 'pause')).status).toBe(403);
    expect(codeOf(await vote(2, 'shown', 'approve', { beyond: 7 }))).toBe('nothingToApprove');
  });

  it('can be asked for again, and only on what was seen', async () => {
    await aDraft('twice', { approvals: [{ beyond: 0 }] });
    const again = { 'idempotency-key': 'vote-1' };
    const first = await vote(0, 'twice', 'approve', {}, again);
    expect((await vote(0, 'twice', 'approve', {}, again)).body).toEqual(first.body);
    expect(codeOf(await vote(0, 'twice', 'decline', { reason: 'x' }, again))).toBe('requestRepeated');
    expect(codeOf(await vote(1, 'twice', 'approve', {}, { 'if-match': '"1"' }))).toBe('revisionMismatch');
    const { entries } = (await server.call('GET', `${PRODUCTION}/audit?kind=rollout`)).body;
    expect(entries[0]).toMatchObject({
      action: 'approve',
      target: 'twice',
      after: { steering: { votes: [{ vote: 'approve', beyond: 0 }] } },
    });
  });

  it('end with a changed draft, a rollback and a retry; the next run is approved before it begins', async () => {
    await aDraft('ended', { approvals: [{ beyond: 0 }] });
    await vote(0, 'ended', 'approve');
    const changed = aRollout({ rollout: 'ended', flag: 'ended', alpha: 0.2, approvals: [{ beyond: 0 }] });
    await server.call('PUT', `${PRODUCTION}/rollouts/ended`, changed);
    expect((await move('ended', 'start')).status).toBe(409);
    await vote(0, 'ended', 'approve');
    expect((await move('ended', 'start')).status).toBe(200);
    await vote(1, 'ended', 'decline', { reason: 'x' }).then(({ status }) => expect(status).toBe(409));
    expect((await move('ended', 'rollback')).status).toBe(200);
    expect((await move('ended', 'retry')).status).toBe(409);
    expect((await vote(2, 'ended', 'approve')).status).toBe(200);
    expect((await move('ended', 'retry')).body.state).toMatchObject({ phase: 'running', generation: 2 });
  });

  it('are never needed for a rollback, not even by somebody who declined', async () => {
    await aDraft('back', { approvals: [{ beyond: 1_000 }] });
    await move('back', 'start');
    await vote(0, 'back', 'decline', { reason: 'x' });
    expect((await move('back', 'pause')).status).toBe(200);
    expect((await move('back', 'rollback')).body.state).toMatchObject({ phase: 'rolledBack', coverage: 0 });
  });
});

describe('an environment', () => {
  it('asks for approvals of all its rollouts, by a second person where it has that rule', async () => {
    await aDraft('ours');
    await set({ approvals: [{ beyond: 0 }], twoPersonRule: true });
    const own = await server.call('POST', `${PRODUCTION}/rollouts/ours/approve`);
    expect([own.status, codeOf(own)]).toEqual([403, 'secondPersonNeeded']);
    expect(own.body.detail).toMatch(/^key:\w+ planned or started "ours"/);
    const { restrictions } = (await server.call('GET', `${PRODUCTION}/restrictions`)).body;
    const ours = restrictions.find(({ rollout }: { rollout: string }) => rollout === 'ours');
    expect(ours).toMatchObject({ freezes: [], checkpoints: [{ beyond: 0, approvers: 1, votes: [] }] });
    const explained = (await server.call('GET', `${PRODUCTION}/rollouts/ours/explain`)).body;
    expect(explained).toMatchObject({ now: null, restrictions: [{ code: 'approvalNeeded' }] });
    expect((await move('ours', 'start')).body.detail).toMatch(/, but not by key:\w+, who planned or started it\)/);
    await vote(0, 'ours', 'approve');
    expect((await move('ours', 'start')).status).toBe(200);
    await set({});
  });

  it('refuses checkpoints that could not be understood, with the place', async () => {
    const bad = await server.call('PUT', `${PRODUCTION}/settings`, { approvals: [{ beyond: 100_000 }] });
    expect(bad).toMatchObject({ status: 400, body: { violations: [{ path: '/approvals/0/beyond' }] } });
  });
});

describe('rampwright rollouts approve, decline and approvals', () => {
  it('vote with a key that may do nothing else, and show how votes stand', async () => {
    await aDraft('by-hand', { approvals: [{ beyond: 0 }, { beyond: 20_000, approvers: 2 }] });
    const cli = (...args: string[]) =>
      runCli(['rollouts', ...args], { env: { RAMPWRIGHT_URL: server.url, RAMPWRIGHT_KEY: keys[0]! } });
    const { code, out } = await cli('approve', 'by-hand', '--reason', 'read it', '--until', '2d');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^BEYOND {2}NEEDS {2}OPEN {2}VOTES\nstart {3}1 {6}yes {3}key:\w+ approves until 2\S+ \(read it\)\n20 % {4}2 {6}no {4}none\n$/,
    );
    expect((await cli('decline', 'by-hand', '--beyond', '20')).error).toMatch(/\/reason|required/);
    await cli('decline', 'by-hand', '--beyond', '20', '--reason', 'late');
    expect((await cli('approvals', 'by-hand')).out).toMatch(/20 % .* no +key:\w+ declines until 2\S+ \(late\)/);
    expect((await cli('start', 'by-hand')).error).toMatch(/needs the scope "admin"/);
  });
});
