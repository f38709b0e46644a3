import { describe, expect, it } from 'vitest';
import { shippedModels } from '../../controller/index.ts';
import type { Scope } from '../../domain/index.ts';
import { InProcessJobQueue } from '../../jobs/index.ts';
import type { ChampionReview } from '../../server/training/review-champion.ts';
import { ASK, askHandler, keepSchedules } from '../../server/training/training-schedule.ts';
import { aRolloutDefinition, aScope, BY_TESTER } from '../storage/builders.ts';
import { aModel, aTrainingRun, FOR_TESTING } from '../storage/learning-builders.ts';
import { ownStorage } from './own-storage.ts';
import { storeWorld } from './stored-world.ts';

const storage = await ownStorage();

/** Asks once, as the job would, and resolves to the runs that the environment has then. */
async function ask(scope: Scope, isNightly: boolean, aheadMs = 0, kind = 'risk') {
  const jobs = new InProcessJobQueue();
  const clock = { nowMs: () => Date.now() + aheadMs };
  const due: string[] = [];
  const reviews: ChampionReview[] = [];
  const handler = askHandler({
    storage,
    jobs,
    clock,
    kinds: [kind],
    onDue: (_scope, trained, { words }) => due.push(`${trained}: ${words}`),
    onReview: (_where, _kind, review) => reviews.push(review),
    onRampReview: () => {},
    onChallenger: (_where, _kind, { moved }) => due.push(`moved to ${moved?.to}`),
  });
  const job = { id: 'ask', name: ASK, data: { ...scope, isNightly }, attempt: 1, report: async () => {} };
  await handler({ ...job, signal: new AbortController().signal });
  const runs = await storage.trainingRuns.list(scope, { limit: 10 });
  const jobsAdded = await jobs.list({ limit: 10 });
  await jobs.close();
  return { due, runs, jobs: jobsAdded.length, reviews };
}

describe('training by itself', () => {
  it('starts at night when there are new labels, once', async () => {
    const scope = await aScope(storage);
    expect(await ask(scope, true)).toEqual({ due: [], runs: [], jobs: 0, reviews: [] });
    await storeWorld(storage, scope, { rollouts: 2, minutes: 2, seed: 1 });
    expect((await ask(scope, false)).due).toEqual([]);
    const night = await ask(scope, true);
    expect(night).toMatchObject({ due: ['risk: nightly, with 2 new labels'], jobs: 1 });
    expect(night.runs).toMatchObject([{ kind: 'risk', trigger: 'schedule', state: 'queued' }]);
    expect(await ask(scope, true)).toMatchObject({ due: [], jobs: 0 });
    // The cool-down is over, and the run still active.
    expect(await ask(scope, true, 21 * 3_600_000)).toMatchObject({ due: [], jobs: 0 });
  });

  it('counts no label that a completed run has known', async () => {
    const scope = await aScope(storage);
    await storeWorld(storage, scope, { rollouts: 2, minutes: 2, seed: 1 });
    const run = aTrainingRun({ cutOffMs: Date.now() + 60_000 });
    await storage.trainingRuns.create(scope, run);
    await storage.trainingRuns.change(scope, run.runId, { state: 'completed', result: null });
    expect(await ask(scope, true, 21 * 3_600_000)).toMatchObject({ due: [] });
  });

  it('trains ramp policies only where a rollout asks for one', async () => {
    const scope = await aScope(storage);
    await storeWorld(storage, scope, { rollouts: 2, minutes: 2, seed: 1 });
    expect((await ask(scope, true, 0, 'ramp')).due).toEqual([]);
    await storage.rollouts.createRollout(scope, aRolloutDefinition({ rampPolicy: 'learned' }), BY_TESTER);
    expect((await ask(scope, true, 0, 'ramp')).due).toEqual(['ramp: nightly, with 2 new labels']);
  });

  it('labels what has ended by a person, and leaves to people what they have labelled', async () => {
    const scope = await aScope(storage);
    await storeWorld(storage, scope, { rollouts: 2, minutes: 2, seed: 1, isLabelled: (index) => index === 0 });
    await ask(scope, false);
    await ask(scope, false);
    const labelsOf = (rollout: string) => storage.labels.list(scope, { limit: 10, rollout });
    expect(await labelsOf('rollout-0')).toMatchObject([{ source: 'operator' }]);
    expect(await labelsOf('rollout-1')).toMatchObject([
      { source: 'rule', author: 'rule:end', verdict: 'regressed', note: 'rolled back by a person' },
    ]);
  });

  it.each([
    ['alarms in harmless rollouts', { reason: 'alarm' }, 'It alarmed in 6 of 6 benign rollouts'],
    ['gives no usable scores', { fault: 'switchedOff' }, '12 of its scores were no finite numbers.'],
    ['says nothing wrong', {}, null],
  ])('takes back a champion at night that %s', async (_, tale, words) => {
    const scope = await aScope(storage);
    const model = aModel({ environment: scope.environment, calibration: { alpha: 0.02 } });
    await storage.models.register(scope.tenant, model, 'for testing');
    await storage.models.promote(scope, model.modelId, FOR_TESTING);
    const learned = [{ treatment: 'on', risk: model.modelId, ...tale }];
    await storeWorld(storage, scope, { rollouts: 6, minutes: 2, seed: 1, isHarmful: () => false, learned });
    const { reviews } = await ask(scope, true);
    expect(reviews).toMatchObject([{ modelId: model.modelId, signs: { rollouts: 6, benign: { runs: 6 } } }]);
    const champion = await storage.models.readChampion(scope, 'risk');
    const [kept] = await storage.modelReviews.list(scope);
    expect(kept).toMatchObject({
      kind: 'risk',
      modelId: model.modelId,
      wasTakenBack: words !== null,
      against: words === null ? [] : [expect.stringContaining(words)],
      rollouts: { count: 6, novel: 0 },
      alarms: { runs: 6, nominalShare: 0.02 },
      drift: null,
      byBand: [{ band: 'medium', benign: 6, harmful: 0 }],
    });
    expect(kept!.alarms.log10 >= kept!.alarms.lineLog10).toBe('reason' in tale);
    if (words === null) {
      expect(champion?.modelId).toBe(model.modelId);
      return;
    }
    expect(champion).toBeUndefined();
    const [move] = await storage.models.listMoves(scope, 'risk', 1);
    expect(move).toMatchObject({ verb: 'demote', actor: 'watch', reason: expect.stringContaining(words) });
  });

  it('looks at the shipped model by its last month, and keeps what it has found', async () => {
    const scope = await aScope(storage);
    const { id } = shippedModels().risk!;
    const learned = [{ treatment: 'on', risk: id, probability: 0.25, isNovel: true }];
    await storeWorld(storage, scope, { rollouts: 4, minutes: 2, seed: 1, learned });
    await ask(scope, false);
    expect(await storage.modelReviews.list(scope)).toEqual([]);
    await ask(scope, true);
    const [review] = await storage.modelReviews.list(scope);
    expect(review).toMatchObject({
      modelId: id,
      rollouts: { count: 4, novel: 4 },
      drift: null,
      calibration: { rollouts: 4, predicted: 0.25, realised: 0.5, pValue: null },
      byBand: [{ band: 'medium', benign: 2, falseAlarms: 0, harmful: 2, missed: 2 }],
      wasTakenBack: false,
    });
    expect(review!.atMs - review!.sinceMs).toBe(30 * 86_400_000);
  });

  it('asks about every environment at night and by the hour, checks its records at night, and changes no schedule that is there', async () => {
    const [scope, jobs] = [await aScope(storage), new InProcessJobQueue()];
    await keepSchedules({ storage, jobs });
    const before = await jobs.listSchedules();
    const own = before.filter(({ id }) => id.endsWith(`.${scope.environment}`));
    expect(own.map(({ timing }) => timing.kind).sort()).toEqual(['cron', 'cron', 'interval']);
    await keepSchedules({ storage, jobs });
    expect(await jobs.listSchedules()).toEqual(before);
    await jobs.close();
  });
});
