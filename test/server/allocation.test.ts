import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  decide,
  type HealthAssessment,
  moveFor,
  type Observation,
  planRollout,
  runPass,
} from '../../controller/index.ts';
import { type EvaluationContext, SHARE_TOTAL, type Snapshot } from '../../domain/index.ts';
import { compileSnapshot, evaluate } from '../../evaluator/index.ts';
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
const users = Array.from({ length: 300 }, (_, index): EvaluationContext => ({ targetingKey: `user-${index}` }));

describe('A rollout with adaptive allocation, over HTTP,', () => {
  it('is planned with defaults, and refused with the place of each mistake', async () => {
    await server.call('PUT', `${PRODUCTION}/flags/thing`, FLAG);
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

describe('A pass over a rollout with adaptive allocation', async () => {
  const storage = await ownStorage();

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
