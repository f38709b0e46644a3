import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { LearningStorage, Scope } from '../../domain/index.ts';
import { InProcessJobQueue, openPostgresJobQueue } from '../../jobs/index.ts';
import { failLostRuns } from '../../server/training/fail-lost-runs.ts';
import { stepsInFolder } from '../../server/training/kept-steps.ts';
import { startRun } from '../../server/training/start-run.ts';
import { trainInThread } from '../../server/training/train-in-thread.ts';
import { startTraining, trainingJob } from '../../server/training/training-jobs.ts';
import { openEmbeddedStorage, openPostgresStorage } from '../../storage/index.ts';
import { createDatabase } from '../services/postgres.ts';
import { aScope } from '../storage/builders.ts';
import { aTrainingRun } from '../storage/learning-builders.ts';

const SCRIPT = fileURLToPath(new URL('../../dist/test/server/train-until-killed.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rampwright-training-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a training run', () => {
  it('whose process was killed begins again in another one and ends', async () => {
    const directory = join(folder, 'killed');
    const child = spawn(process.execPath, [SCRIPT, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout!, 'data');
    child.kill('SIGKILL');
    await once(child, 'close');
    const storage = await openEmbeddedStorage({ directory, onError: () => {} });
    const jobs = openPostgresJobQueue(storage.connection, { onError: () => {}, leaseMs: 1_000 });
    const scope = { tenant: 'default', environment: 'production' };
    expect(await storage.trainingRuns.read(scope, 'killed')).toMatchObject({
      state: 'running',
      progress: { share: 0.5 },
    });
    const later = { nowMs: () => Date.now() + 3_600_000 };
    expect(await failLostRuns(storage, jobs, later), 'the queue still has it').toEqual([]);
    await startTraining(storage, jobs, { kinds: ['risk'], train: async () => ({ verdict: 'keep' }) });
    await expect
      .poll(() => storage.trainingRuns.read(scope, 'killed'), { interval: 100 })
      .toMatchObject({ state: 'completed', result: { verdict: 'keep' } });
    await jobs.close();
    await storage.close();
  });
});

describe('a training run whose job is lost', () => {
  let storage: LearningStorage;
  let drop: () => Promise<void>;
  const clock = { nowMs: () => Date.now() };
  const later = { nowMs: () => Date.now() + 61_000 };

  beforeAll(async () => {
    const database = await createDatabase(inject('postgresUrl'));
    storage = await openPostgresStorage({ databaseUrl: database.url, onError: () => {} });
    drop = database.drop;
  });
  afterAll(async () => {
    await storage.close();
    await drop();
  });

  const open = async () => ({ scope: await aScope(storage), jobs: new InProcessJobQueue() });
  const stateOf = async (scope: Scope, runId: string) => (await storage.trainingRuns.read(scope, runId))?.state;

  it('is marked as failed, with the reason, and makes room for another', async () => {
    const { scope, jobs } = await open();
    const { runId } = await storage.trainingRuns.create(scope, aTrainingRun());
    expect(await failLostRuns(storage, jobs, clock), 'its job may still come').toEqual([]);
    expect(await failLostRuns(storage, jobs, later)).toEqual([{ ...scope, runId }]);
    expect(await storage.trainingRuns.read(scope, runId)).toMatchObject({
      state: 'failed',
      failure: expect.stringContaining('its job is gone'),
    });
    expect(await failLostRuns(storage, jobs, later)).toEqual([]);
    const next = await startRun({ storage, jobs }, scope, aTrainingRun());
    await storage.trainingRuns.change(scope, next.runId, { state: 'cancelled' });
    await jobs.close();
  });

  it('is left alone while its job waits, and fails with a job that was cancelled', async () => {
    const { scope, jobs } = await open();
    const { runId } = await startRun({ storage, jobs }, scope, aTrainingRun());
    expect(await failLostRuns(storage, jobs, later)).toEqual([]);
    await jobs.cancel(trainingJob(scope, runId).id, 'the process died too often');
    expect(await failLostRuns(storage, jobs, later)).toEqual([{ ...scope, runId }]);
    expect(await stateOf(scope, runId)).toBe('failed');
    await jobs.close();
  });

  it('fails at once when the queue takes no job', async () => {
    const { scope, jobs } = await open();
    const refusing = { add: async () => Promise.reject(new Error('no queue')) } as unknown as typeof jobs;
    const run = aTrainingRun();
    await expect(startRun({ storage, jobs: refusing }, scope, run)).rejects.toThrow('no queue');
    expect(await stateOf(scope, run.runId)).toBe('failed');
    await jobs.close();
  });
});

describe('the thread of a run', () => {
  const input = { run: { runId: 'r', kind: 'risk', cutOffMs: 7 }, environment: 'production', codeVersion: 'test' };
  const report = async () => {};

  it('fails with what its ports say, and names a port that nobody has', async () => {
    const listRollouts = async () => Promise.reject(new Error('the database is away'));
    const signal = new AbortController().signal;
    await expect(trainInThread(input, { report, listRollouts }, signal)).rejects.toThrow('the database is away');
    await expect(trainInThread(input, { report }, signal)).rejects.toThrow('there is no port "listRollouts"');
  });

  it('ends when the run is cancelled in the middle of a read', async () => {
    const cancel = new AbortController();
    const listRollouts = () => {
      cancel.abort();
      return Promise.resolve(['one', 'two']);
    };
    const readGenerations = async () => [];
    await expect(trainInThread(input, { report, listRollouts, readGenerations }, cancel.signal)).rejects.toThrow(
      'the run is over',
    );
  });

  it('is not even started for a run that was cancelled before', async () => {
    await expect(trainInThread(input, {}, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
  });
});

describe('what a run has kept', () => {
  it('is read back, and is nothing where it is missing, torn or forgotten', async () => {
    const steps = stepsInFolder(join(folder, 'steps'));
    expect(await steps.read('run/../1', 'fit')).toBeUndefined();
    await steps.write('run/../1', 'fit', { a: [1] });
    expect(await steps.read('run/../1', 'fit')).toEqual({ a: [1] });
    await steps.forget('run/../1');
    expect(await steps.read('run/../1', 'fit')).toBeUndefined();
    await stepsInFolder('/dev/null/nowhere').write('run', 'fit', 1);
  });
});
