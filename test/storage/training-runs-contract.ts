import { expect, it } from 'vitest';
import type { LearningStorage } from '../../domain/index.ts';
import { aScope } from './builders.ts';
import { aTrainingRun } from './learning-builders.ts';

export function trainingRunsContract(get: () => LearningStorage): void {
  it('follows a run from the queue to its result', async () => {
    const { trainingRuns } = get();
    const scope = await aScope(get());
    const run = aTrainingRun();
    const queued = await trainingRuns.create(scope, run);
    expect(queued).toEqual({
      ...run,
      state: 'queued',
      progress: { share: 0, words: 'waiting' },
      dataSetHash: null,
      result: null,
      failure: null,
      createdAtMs: expect.any(Number),
      startedAtMs: null,
      endedAtMs: null,
    });
    const running = await trainingRuns.change(scope, run.runId, { state: 'running' });
    expect(running).toEqual({ ...queued, state: 'running', startedAtMs: expect.any(Number) });
    const progress = { share: 0.5, words: 'fitting' };
    expect(await trainingRuns.change(scope, run.runId, { progress, dataSetHash: 'abc' })).toEqual({
      ...running,
      progress,
      dataSetHash: 'abc',
    });
    const result = { modelId: 'm', gate: { passed: false } };
    const completed = await trainingRuns.change(scope, run.runId, { state: 'completed', result });
    expect(completed).toEqual({
      ...running,
      progress,
      dataSetHash: 'abc',
      state: 'completed',
      result,
      endedAtMs: expect.any(Number),
    });
    expect(await trainingRuns.read(scope, run.runId)).toEqual(completed);
  });

  it('changes nothing in a run that is over or never was', async () => {
    const { trainingRuns } = get();
    const scope = await aScope(get());
    const { runId } = await trainingRuns.create(scope, aTrainingRun());
    const cancelled = await trainingRuns.change(scope, runId, { state: 'cancelled', failure: 'not needed' });
    expect(cancelled).toMatchObject({ state: 'cancelled', failure: 'not needed', startedAtMs: null });
    expect(await trainingRuns.change(scope, runId, { state: 'running' })).toBeUndefined();
    expect(await trainingRuns.read(scope, runId)).toEqual(cancelled);
    expect(await trainingRuns.change(scope, 'none', { state: 'running' })).toBeUndefined();
    expect(await trainingRuns.read(scope, 'none')).toBeUndefined();
  });

  it('allows one active run of a kind in an environment, however many ask at once', async () => {
    const { trainingRuns } = get();
    const [scope, other] = [await aScope(get()), await aScope(get())];
    const runs = Array.from({ length: 4 }, () => aTrainingRun());
    const tries = await Promise.allSettled(runs.map((run) => trainingRuns.create(scope, run)));
    const codes = tries.map((one) => (one.status === 'rejected' ? one.reason.code : 'created')).sort();
    expect(codes).toEqual(['created', 'trainingRunActive', 'trainingRunActive', 'trainingRunActive']);
    await trainingRuns.create(scope, aTrainingRun({ kind: 'prior' }));
    await trainingRuns.create(other, aTrainingRun());
    const [active] = await trainingRuns.list(scope, { limit: 9, kind: 'risk' });
    await trainingRuns.change(scope, active!.runId, { state: 'failed', failure: 'no data' });
    expect(await trainingRuns.create(scope, aTrainingRun())).toMatchObject({ state: 'queued' });
  });

  it('lists the newest first, page by page, by kind and state', async () => {
    const { trainingRuns } = get();
    const scope = await aScope(get());
    const ids: string[] = [];
    for (let n = 0; n < 4; n++) {
      const { runId } = await trainingRuns.create(scope, aTrainingRun());
      ids.unshift(runId);
      if (n < 3) await trainingRuns.change(scope, runId, { state: 'failed', failure: 'x' });
    }
    const idsOf = async (options: Parameters<typeof trainingRuns.list>[1]) =>
      (await trainingRuns.list(scope, options)).map(({ runId }) => runId);
    expect(await idsOf({ limit: 2 })).toEqual(ids.slice(0, 2));
    expect(await idsOf({ limit: 9, after: ids[1]! })).toEqual(ids.slice(2));
    expect(await idsOf({ limit: 9, state: 'failed' })).toEqual(ids.slice(1));
    expect(await idsOf({ limit: 9, kind: 'prior' })).toEqual([]);
  });
}
