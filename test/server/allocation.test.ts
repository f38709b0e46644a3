import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  decide,
  type HealthAssessment,
  moveFor,
  type Observation,
  planRollout,
  runPass,
} from '../../controller/index.ts';
import { type Admission, type EvaluationContext, SHARE_TOTAL, type Snapshot } from '../../domain/index.ts';
import { compileSnapshot, evaluate, lowerFlagSet } from '../../evaluator/index.ts';
import { PublishedEnvironment } from '../../server/published-environment.ts';
import { answerOfFlagd, flagdOver } from '../evaluator/flagd.ts';
import { aReport, aScope, aRow as aStoredRow, BY_TESTER } from '../storage/builders.ts';
import { aFlag } from './builders.ts';
import { ownStorage } from './own-storage.ts';
import { PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const FLAG = aFlag({ variants: { off: 0, a: 1, b: 2, c: 3 } });
const PLAN = {
  rollout: 'three',
  flag: 'thing',
  control: 'off',
  treatments: [{ variant: 'a' }, { variant: 'b' }, { variant: 'c' }],
  metrics: [{ metric: 'errors' }, { metric: 'sales', role: 'objective' as const }],
  allocation: { policy: 'adaptive' as const },
};
const BY_COUNTRY = {
  ...PLAN,
  rollout: 'by-country',
  flag: 'other',
  segments: ['country'],
  allocation: { policy: 'adaptive' as const, byAttribute: { attribute: 'country', isFixedPerUnit: true as const } },
};
const users = Array.from({ length: 300 }, (_, index): EvaluationContext => ({ targetingKey: `user-${index}` }));

describe('A rollout with adaptive allocation, over HTTP,', () => {
  it('is planned with defaults, and refused with the place of each mistake', async () => {
    for (const flag of ['thing', 'other']) await server.call('PUT', `${PRODUCTION}/flags/${flag}`, FLAG);
    const wrong = { ...PLAN, metrics: [{ metric: 'errors' }], holdback: 0 };
    const refused = await server.call('POST', `${PRODUCTION}/rollouts`, wrong);
    expect(refused.status).toBe(422);
    expect(refused.body.violations.map(({ path }: { path: string }) => path)).toEqual([
      '/allocation/objectives',
      '/holdback',
    ]);
    const created = await server.call('POST', `${PRODUCTION}/rollouts`, PLAN);
    expect(created.body.definition.allocation).toMatchObject({
      policy: 'adaptive',
      floor: 5_000,
      onBest: 'winnerTakesNew',
    });
  });

  it('admits in layers, which every reader serves alike: ours, and flagd', async () => {
    const split = [33_334, 33_333, 33_333];
    const started = await server.call('POST', `${PRODUCTION}/rollouts/three/start`);
    expect(started.body.state.admission).toEqual({ layers: [{ through: 1_000, split }], withdrawn: [] });
    const jump = { coverage: 60_000, reason: 'try' };
    const { state } = (await server.call('POST', `${PRODUCTION}/rollouts/three/jump`, jump)).body;
    const layers = [
      { through: 1_000, split },
      { through: 60_000, split },
    ];
    expect(state.admission.layers).toEqual(layers);
    const headers = { authorization: `Bearer ${await server.createKey('evaluate')}` };
    const snapshot = (await server.call('GET', '/api/v1/snapshot', undefined, headers)).body as Snapshot;
    expect(snapshot.rollouts).toMatchObject([{ rollout: 'three', coverage: 60_000, admission: { layers } }]);
    const flagd = flagdOver((await server.call('GET', '/api/v1/flagd/flags.json', undefined, headers)).body);
    const ours = compileSnapshot(snapshot);
    const counts = new Map<string, number>();
    for (const user of users) {
      const { variant } = evaluate(ours, 'thing', user, 0);
      expect(answerOfFlagd(flagd, 'thing', user)).toMatchObject({ variant });
      counts.set(variant!, (counts.get(variant!) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(['a', 'b', 'c', 'off']);
  });
});

describe('A rollout whose splits may depend on an attribute, over HTTP,', () => {
  it('needs the word that the attribute is fixed for each unit', async () => {
    const allocation = { policy: 'adaptive', byAttribute: { attribute: 'country', isFixedPerUnit: false } };
    const refused = await server.call('POST', `${PRODUCTION}/rollouts`, { ...BY_COUNTRY, allocation });
    expect(refused.status).toBe(400);
    expect(JSON.stringify(refused.body)).toContain('/allocation/byAttribute/isFixedPerUnit');
  });

  it('takes windows by leaf, and refuses those of other rollouts', async () => {
    const created = await server.call('POST', `${PRODUCTION}/rollouts`, BY_COUNTRY);
    expect(created.body.definition.allocation.byAttribute).toEqual({ attribute: 'country', isFixedPerUnit: true });
    const headers = { authorization: `Bearer ${await server.createKey('ingest')}` };
    await server.call('POST', `${PRODUCTION}/rollouts/by-country/start`);
    const startMs = Math.floor(Date.now() / 10_000) * 10_000;
    const part = { units: 5, newUnits: 5, requests: 5, metrics: {} };
    const row = { generation: 1, coverage: 1_000, variant: 'a', startMs, endMs: startMs + 10_000, ...part };
    const report = (sequence: number, rollout: string) => {
      const rows = [{ ...row, rollout, leaves: { A: part } }];
      return server.call('POST', '/api/v1/reports', { source: 'web', epoch: 1, sequence, rows }, headers);
    };
    expect((await report(0, 'by-country')).status).toBe(200);
    const refused = await report(1, 'three');
    expect([refused.status, refused.body.violations]).toEqual([
      422,
      [{ path: '/rows/0/leaves', message: '"three" has the same split for all its units' }],
    ]);
  });
});

describe('A pass over a rollout with adaptive allocation', async () => {
  const storage = await ownStorage();

  it('keeps leaves, publishes them in a format of their own, and every reader serves them alike', async () => {
    const scope = await aScope(storage);
    const definition = planRollout({ ...BY_COUNTRY, rollout: 'new-search', flag: 'search' }, FLAG);
    await storage.flags.writeFlag(scope, 'search', FLAG, BY_TESTER);
    const draft = await storage.rollouts.createRollout(scope, definition, BY_TESTER);
    const split = [33_334, 33_333, 33_333];
    const admission: Admission = {
      layers: [
        { through: 20_000, split },
        { through: 90_000, split, splits: { A: [43_334, 33_333, 23_333], B: [23_334, 33_333, 43_333] } },
      ],
      withdrawn: [],
      tree: {
        attribute: 'country',
        leaves: [
          { leaf: 'A', values: ['DE'] },
          { leaf: 'B', values: ['US'] },
        ],
      },
    };
    const start = moveFor('start', draft, BY_TESTER);
    const moved = await storage.rollouts.moveRollout(scope, 'new-search', {
      ...start,
      coverage: 90_000,
      admission,
    });
    expect(moved!.state.admission).toEqual(admission);
    const { snapshot, compiled } = new PublishedEnvironment(scope, await storage.flags.readPublished(scope));
    expect([snapshot.schemaVersion, snapshot.rollouts[0]!.admission]).toEqual([3, admission]);
    const flagd = flagdOver(lowerFlagSet(snapshot));
    const counts = new Map<string, number>();
    for (const [index, user] of users.entries()) {
      const country = ['DE', 'US', 'FR'][index % 3]!;
      const { variant, exposure } = evaluate(compiled, 'search', { ...user, country }, 0);
      expect(answerOfFlagd(flagd, 'search', { ...user, country })).toMatchObject({ variant });
      const key = `${country} ${exposure!.leaf}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(Object.fromEntries(counts)).toEqual({ 'DE A': 100, 'US B': 100, 'FR rest': 100 });
  });

  it('withdraws a treatment that does harm, and its record makes the same decision again', async () => {
    const scope = await aScope(storage);
    const definition = planRollout({ ...PLAN, rollout: 'new-checkout', flag: 'checkout' }, FLAG);
    const draft = await storage.rollouts.createRollout(scope, definition, BY_TESTER);
    await storage.rollouts.moveRollout(scope, 'new-checkout', moveFor('start', draft, BY_TESTER));
    const rows = Array.from({ length: 6 }, (_, n) =>
      (['off', 'a', 'b', 'c'] as const).map((variant) => {
        const exposures = variant === 'off' ? 29_700 : 100;
        const rate = (share: number) => ({ kind: 'rate', exposures, events: exposures * share }) as const;
        const metrics = { errors: rate(variant === 'b' ? 0.9 : 0.01), sales: rate(0.05) };
        return aStoredRow(n, { variant, units: exposures, newUnits: exposures, metrics });
      }),
    ).flat();
    await storage.windows.acceptReport(scope, aReport(1, rows), 'key-1');
    const { record, wasApplied } = (await runPass(storage, scope, 'new-checkout'))!;
    expect(wasApplied).toBe(true);
    expect(record!.decision).toMatchObject({
      action: 'hold',
      coverage: 1_000,
      allocation: { admission: { withdrawn: ['b'] } },
    });
    expect(decide(record!.observation as unknown as Observation).decision).toEqual(record!.decision);
    const { state } = (await storage.rollouts.readRollout(scope, 'new-checkout'))!;
    expect(state).toMatchObject({ phase: 'running', admission: { withdrawn: ['b'] } });
    const [change] = await storage.flags.listChanges(scope, { limit: 1 });
    expect(change).toMatchObject({ kind: 'withdraw', actor: 'controller' });
    const shares = record!.decision.allocation!.treatments.map(({ share }) => share);
    expect([shares[1], shares[0]! + shares[2]!]).toEqual([0, SHARE_TOTAL]);
    const { allocation } = record!.assessment as unknown as HealthAssessment;
    expect(allocation!.treatments.map(({ variant, share }) => [variant, share])).toEqual([
      ['a', 33_334],
      ['b', 33_333],
      ['c', 33_333],
    ]);
  });
});
