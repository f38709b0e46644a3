import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decide, type PassReport, recordOf } from '../../../controller/index.ts';
import { readConfiguration } from '../../../server/configuration.ts';
import { annotationOfDecision, annotationOfMove } from '../../../server/grafana/annotation.ts';
import { postAnnotation } from '../../../server/grafana/post-annotation.ts';
import { aRolloutIn } from '../../controller/builders.ts';
import { aFlag, aRollout } from '../builders.ts';
import { PRODUCTION, startTestServer, type TestServer } from '../running-server.ts';
import { Receiver } from './receiver.ts';

const SCOPE = { tenant: 't', environment: 'e' };
const OFTEN = { interval: 50 };
const TOKEN = 'glsa_secret';

/** A pass that came to an action, for a reason. */
function aPass(action: 'ramp' | 'hold' | 'rollback', changes: Partial<PassReport> = {}): PassReport {
  const rollout = aRolloutIn('running');
  const observation = {
    nowMs: 40_000,
    rollout,
    evidence: null,
    closedThroughMs: 20_000,
    windows: [],
    quarantinedSources: [],
    lateShare: 0,
  };
  const reasons = [{ code: 'guardrailBreach' as const, message: 'errors: too many' }];
  const outcome = { ...decide(observation), decision: { action, coverage: 20_000, reasons } };
  return { rollout, observation, outcome, record: recordOf(observation, outcome), wasApplied: true, ...changes };
}

describe('the mark of a decision', () => {
  it('says what became of which rollout, why, and when it was decided', () => {
    expect(annotationOfDecision(SCOPE, aPass('ramp'))?.annotation).toEqual({
      time: 40_000,
      tags: ['rampwright', 'e', 'f', 'r', 'ramp'],
      text: 'r (flag f): ramped to 20 %. errors: too many',
    });
    expect(annotationOfDecision(SCOPE, aPass('rollback'))?.annotation.text).toBe(
      'r (flag f): rolled back. errors: too many',
    );
  });

  it('is the same for every server that knows of the decision, and another for every other one', () => {
    const ids = [aPass('ramp'), aPass('ramp')].map((pass) => annotationOfDecision(SCOPE, pass)?.id);
    expect(ids[0]).toBe(ids[1]);
    const move = { verb: 'pause', reason: undefined, atMs: 1 };
    const moves = ['e', 'other'].map(
      (environment) => annotationOfMove({ ...SCOPE, environment }, aRolloutIn('paused'), move).id,
    );
    expect(new Set([...ids, ...moves]).size).toBe(3);
  });

  it('is not made of waiting, nor of what did not take effect', () => {
    expect(annotationOfDecision(SCOPE, aPass('hold'))).toBeUndefined();
    expect(annotationOfDecision(SCOPE, aPass('ramp', { wasApplied: false }))).toBeUndefined();
  });
});

describe('a Grafana that is named in the configuration', () => {
  let grafana: Receiver;
  let server: TestServer;
  beforeAll(async () => {
    grafana = await Receiver.start(503);
    server = await startTestServer({ grafana: { url: `${grafana.url}/prefix/`, token: TOKEN } });
    await server.call('PUT', `${PRODUCTION}/flags/thing`, aFlag());
    await server.call('POST', `${PRODUCTION}/rollouts`, aRollout());
  });
  afterAll(async () => {
    await server?.close();
    await grafana?.stop();
  });

  it('is told of every move, again when it was not there, and each mark is made once', async () => {
    await server.call('POST', `${PRODUCTION}/rollouts/new-thing/start`);
    await server.call('POST', `${PRODUCTION}/rollouts/new-thing/rollback`, { reason: 'complaints' });
    await expect.poll(() => grafana.received.length, OFTEN).toBe(3);
    for (const { path, authorization } of grafana.received)
      expect({ path, authorization }).toEqual({ path: '/prefix/api/annotations', authorization: `Bearer ${TOKEN}` });
    const texts = grafana.received.map(({ body }) => body.text as string);
    expect([...new Set(texts)].sort()).toEqual([
      'new-thing (flag thing): rollback, by hand. complaints',
      'new-thing (flag thing): start, by hand',
    ]);
    expect(grafana.received[0]!.body.tags).toContain('production');
  });
});

describe('a token', () => {
  const { signal } = new AbortController();
  const mark = { time: 1, tags: [], text: '-' };

  it.each([
    [302, 'Grafana answered 302'],
    [401, 'Grafana answered 401'],
  ])('goes nowhere else and is not repeated when Grafana answers %i', async (status, message) => {
    const grafana = await Receiver.start(status);
    await expect(postAnnotation({ url: grafana.url, token: TOKEN }, mark, signal)).rejects.toThrow(message);
    expect(grafana.received).toHaveLength(1);
    await grafana.stop();
  });

  it('and the URL belong together in the configuration', () => {
    const url = { RAMPWRIGHT_GRAFANA_URL: 'http://127.0.0.1:3000' };
    expect(readConfiguration({}).grafana).toBeUndefined();
    expect(readConfiguration({ ...url, RAMPWRIGHT_GRAFANA_TOKEN: TOKEN }).grafana).toEqual({
      url: 'http://127.0.0.1:3000',
      token: TOKEN,
    });
    expect(() => readConfiguration(url)).toThrow('RAMPWRIGHT_GRAFANA_URL needs RAMPWRIGHT_GRAFANA_TOKEN');
    expect(() => readConfiguration({ RAMPWRIGHT_GRAFANA_TOKEN: TOKEN })).toThrow('needs RAMPWRIGHT_GRAFANA_URL');
  });
});
