import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { JobQueue, LearningStorage, Scope } from '../../domain/index.ts';
import { InProcessJobQueue, openPostgresJobQueue } from '../../jobs/index.ts';
import { failLostRuns } from '../../server/training/fail-lost-runs.ts';
import { stepsInFolder } from '../../server/training/kept-steps.ts';
import { startRun } from '../../server/training/start-run.ts';
import type { RunInput } from '../../server/training/train-from-records.ts';
import { trainInProcess } from '../../server/training/train-in-process.ts';
import { startTraining, trainingJob } from '../../server/training/training-jobs.ts';
import { createTrainingRunner } from '../../server/training/training-runner.ts';
import { openEmbeddedStorage, openPostgresStorage, type SqlStorage } from '../../storage/index.ts';
import { createDatabase } from '../services/postgres.ts';
import { aScope } from '../storage/builders.ts';
import { aTrainingRun } from '../storage/learning-builders.ts';
import { storeWorld } from './stored-world.ts';

const SCRIPT = fileURLToPath(new URL('../../dist/test/server/train-until-killed.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rampwright-training-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a training run on the embedded database', () => {
  const scope = { tenant: 'default', environment: 'production' };
  const directory = join(folder, 'killed');
  let storage: SqlStorage;
  let jobs: JobQueue;
  afterAll(async () => {
    await jobs.close();
    await storage.close();
  });

  it('whose process was killed begins again in another one and ends', async () => {
    const child = spawn(process.execPath, [SCRIPT, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout!, 'data');
    child.kill('SIGKILL');
    await once(child, 'close');
    storage = await openEmbeddedStorage({ directory, onError: () => {} });
    jobs = openPostgresJobQueue(storage.connection, { onError: () => {}, leaseMs: 1_000 });
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
  });

  it('reads by a connection of its own beside the others, and has done so when the next begins', async () => {
    await storeWorld(storage, scope, { rollouts: 2, minutes: 3, seed: 1 });
    const runner = createTrainingRunner(storage, { databaseUrl: null, dataDirectory: directory }, { isUrgent: true });
    for (const runId of ['first', 'second']) {
      const run = await storage.trainingRuns.create(scope, aTrainingRun({ runId, cutOffMs: Date.UTC(2100, 0, 1) }));
      const outcome = runner.train(scope, run, { report: async () => {}, signal: new AbortController().signal });
      expect(await storage.rollouts.listRollouts(scope, { limit: 10 })).toHaveLength(2);
      expect(await outcome).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('too few runs') });
      await storage.trainingRuns.change(scope, runId, { state: 'completed', result: await outcome });
    }
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

describe('the process of a run', () => {
  const scope = { tenant: 'default', environment: 'production' };
  let input: RunInput;
  let holder: Client;
  let watcher: Client;
  let closeAll: () => Promise<void>;

  beforeAll(async () => {
    const database = await createDatabase(inject('postgresUrl'));
    const storage = await openPostgresStorage({ databaseUrl: database.url, onError: () => {} });
    const { connection } = storage;
    [holder, watcher] = [new Client(connection), new Client(connection)];
    await Promise.all([holder.connect(), watcher.connect()]);
    input = {
      run: { runId: 'r', kind: 'risk', cutOffMs: 7 },
      scope,
      connection,
      stepsFolder: null,
      codeVersion: 'test',
      isUrgent: true,
    };
    await storage.flags.createEnvironment(scope);
    await storeWorld(storage, scope, { rollouts: 1, minutes: 1, seed: 1 });
    closeAll = async () => {
      await Promise.all([holder.end(), watcher.end()]);
      await storage.close();
      await database.drop();
    };
  });
  afterAll(() => closeAll());

  const report = async () => {};
  const { signal } = new AbortController();

  it('fails with what is said to its report', async () => {
    const refusing = async () => Promise.reject(new Error('the run is marked as failed'));
    await expect(trainInProcess(input, refusing, signal)).rejects.toThrow('the run is marked as failed');
  });

  it('fails when it cannot connect to the database, and tells no password', async () => {
    const nowhere = { connectionString: 'postgres://nobody:secret@127.0.0.1:1/nothing' };
    const failure = await trainInProcess({ ...input, connection: nowhere }, report, signal).catch(String);
    expect(failure).toContain('The database cannot be reached');
    expect(failure).not.toContain('secret');
  });

  it('fails when its connection breaks in the middle of a read, and nothing else does', async () => {
    await holder.query('begin; lock table rollout in access exclusive mode');
    const broken = expect(trainInProcess(input, report, signal)).rejects.toThrow('The database cannot be reached');
    const waiting = `from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await expect.poll(async () => (await watcher.query(`select ${waiting}`)).rowCount, { interval: 50 }).toBe(1);
    await watcher.query(`select pg_terminate_backend(pid) ${waiting}`);
    await broken;
    await holder.query('rollback');
    expect(await trainInProcess(input, report, signal)).toMatchObject({ outcome: 'refused' });
  });

  it('ends before the next read when the run is cancelled', async () => {
    const cancel = new AbortController();
    const cancelling = async () => cancel.abort();
    await expect(trainInProcess(input, cancelling, cancel.signal)).rejects.toThrow('the run is over');
  });

  it.runIf(process.platform === 'linux')('fails when the process is killed, and says by what', async () => {
    const kill = async () => void process.kill(pidOfTraining(), 'SIGKILL');
    await expect(trainInProcess(input, kill, signal)).rejects.toThrow('the training process ended with SIGKILL');
  });

  it('is not even started for a run that was cancelled before', async () => {
    await expect(trainInProcess(input, report, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
  });
});

/** The child of this process that trains. */
function pidOfTraining(): number {
  const textOf = (pid: string, file: string) => readFileSync(`/proc/${pid}/${file}`, 'utf8');
  const pids = readdirSync(`/proc`).filter((name) => /^\d+$/.test(name) && existsSync(`/proc/${name}/status`));
  const isOwn = (pid: string) => textOf(pid, 'status').includes(`PPid:\t${process.pid}\n`);
  return Number(pids.find((pid) => isOwn(pid) && textOf(pid, 'cmdline').includes('training-process')));
}

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
