import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { JobHandler, JobQueue } from '../../domain/index.ts';
import { openPostgresJobQueue, openRedisJobQueue } from '../../jobs/index.ts';
import { openEmbeddedStorage } from '../../storage/index.ts';
import { PATIENCE_MS } from '../services/patience.ts';
import { createDatabase } from '../services/postgres.ts';
import { isRedisMissing, RedisService } from '../services/redis.ts';
import { TcpProxy } from '../services/tcp-proxy.ts';
import { Gate, until, untilTrue } from './builders.ts';

const scriptAt = (name: string) => fileURLToPath(new URL(`../../dist/test/jobs/${name}.js`, import.meta.url));

/** Errors are expected here: services go away. Leases are short, so that nobody waits for half a minute. */
const OPTIONS = { onError: () => {}, leaseMs: 1_000 };

/** Where the service stays: on a busy machine it may take longer than people would wait. */
const PATIENT = { ...OPTIONS, answerMs: PATIENCE_MS };

describe('with an embedded database', () => {
  const directory = mkdtempSync(join(tmpdir(), 'rampwright-job-faults-'));

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  // The first start makes the database and its tables, which takes seconds.
  beforeAll(async () => {
    const storage = await openEmbeddedStorage({ directory, onError: () => {} });
    const queue = openPostgresJobQueue(storage.connection, PATIENT);
    await vi.waitUntil(async () => (await queue.whyAway()) === null, { interval: 50, timeout: PATIENCE_MS });
    await queue.close();
    await storage.close();
  });

  it('runs a job again whose process was killed in the middle of it', async () => {
    await workUntilKilled(directory);
    const storage = await openEmbeddedStorage({ directory, onError: () => {} });
    const queue = openPostgresJobQueue(storage.connection, PATIENT);
    await expectNothingLost(queue);
    await queue.close();
    await storage.close();
  });
});

it('works as soon as a PostgreSQL comes that was away at the start', async () => {
  const { queue, proxy, drop } = await overWire();
  proxy.cut();
  await expect(queue.add({ name: 'quick', data: null })).rejects.toMatchObject({ code: 'jobsUnavailable' });
  await queue.work({ quick: async () => 'quick' }, 1);
  proxy.mend();
  const id = await eventually(() => queue.add({ name: 'quick', data: null }));
  expect(await until(queue, id, 'completed')).toMatchObject({ result: 'quick' });
  await queue.close();
  await proxy.stop();
  await drop();
});

it('outlives a connection that breaks while its schema is made', async () => {
  const { queue, proxy, drop } = await overWire();
  proxy.resetAt('CREATE SCHEMA');
  const id = await eventually(() => queue.add({ name: 'quick', data: null }));
  expect(proxy.isFragile).toBe(false);
  await queue.work({ quick: async () => 'quick' }, 1);
  expect(await until(queue, id, 'completed')).toMatchObject({ result: 'quick' });
  await queue.close();
  await proxy.stop();
  await drop();
});

describe.skipIf(isRedisMissing())('with Redis', () => {
  it('runs a job again whose process was killed in the middle of it', async () => {
    const redis = await RedisService.create();
    await workUntilKilled(redis.url);
    const queue = openRedisJobQueue(redis.url, PATIENT);
    await expectNothingLost(queue);
    await queue.close();
    await redis.close();
  });

  it('ends a job during which Redis was killed and started again, and keeps its schedules and its other jobs', async () => {
    const redis = await RedisService.create();
    const queue = openRedisJobQueue(redis.url, OPTIONS);
    const gate = new Gate();
    await queue.work({ slow: gate.handler, quick: async () => 'quick' }, 2);
    const timing = { kind: 'cron', pattern: '0 3 * * *', timeZone: 'UTC' } as const;
    await queue.schedule({ id: 'nightly', timing, job: { name: 'quick', data: null } });
    const delayed = await queue.add({ name: 'quick', data: null, delayMs: 3_600_000 });
    const id = await queue.add({ name: 'slow', data: null, maxAttempts: 3, backOffMs: 10 });
    await untilTrue(() => gate.started.includes(id));
    await redis.kill();
    await expect(queue.add({ name: 'quick', data: null })).rejects.toMatchObject({ code: 'jobsUnavailable' });
    expect(await queue.whyAway()).toContain('The job queue cannot be reached');
    // It may have to begin again: while Redis was away nobody could renew its claim.
    const endAll = setInterval(() => {
      for (const run of gate.runs) gate.end(run.id, 'finished');
    }, 50);
    await redis.start();
    expect(await eventually(() => until(queue, id, 'completed'))).toMatchObject({ result: 'finished' });
    clearInterval(endAll);
    expect(await queue.listSchedules()).toMatchObject([{ id: 'nightly', timing }]);
    expect(await queue.read(delayed)).toMatchObject({ state: 'delayed' });
    const after = await queue.add({ name: 'quick', data: null });
    expect(await until(queue, after, 'completed')).toMatchObject({ result: 'quick' });
    expect(await queue.whyAway()).toBeNull();
    await queue.close();
    await redis.close();
  });

  it('says what to do when Redis is not there from the start, hangs nowhere, and works as soon as it comes', async () => {
    const redis = await RedisService.create();
    await redis.kill();
    const queue = openRedisJobQueue(redis.url, OPTIONS);
    const add = queue.add({ name: 'quick', data: null, id: 'never' });
    await expect(add).rejects.toMatchObject({ code: 'jobsUnavailable', message: expect.stringContaining('answer') });
    await queue.work({ quick: async () => 'quick' }, 1);
    const unused = openRedisJobQueue(redis.url, OPTIONS);
    await unused.work({}, 1);
    await unused.close();
    await redis.start();
    const id = await eventually(() => queue.add({ name: 'quick', data: null }));
    expect(await until(queue, id, 'completed')).toMatchObject({ result: 'quick' });
    // Nobody waits for what was refused, so it was not added after all.
    expect(await queue.read('never')).toBeUndefined();
    await redis.kill();
    await queue.close();
    await redis.close();
  });

  it('lets go of a Redis that is gone, so that a process which closes its queue ends by itself', async () => {
    const child = spawn(process.execPath, [scriptAt('close-without-redis')], {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: PATIENCE_MS,
    });
    const [said, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    expect({ said, exitCode }).toEqual({ said: 'closed\n', exitCode: 0 });
  });

  it('tells a job in progress that it is over when its worker closes without Redis, grace or not', async () => {
    const redis = await RedisService.create();
    const queue = openRedisJobQueue(redis.url, PATIENT);
    let signal: AbortSignal | undefined;
    const handler: JobHandler = (work) => {
      signal = work.signal;
      return new Promise((resolve) => work.signal.addEventListener('abort', () => resolve(null)));
    };
    const worker = await queue.work({ slow: handler }, 1);
    await queue.add({ name: 'slow', data: null });
    await vi.waitUntil(() => signal !== undefined, { timeout: PATIENCE_MS });
    await redis.kill();
    await worker.close(PATIENCE_MS);
    expect(signal!.aborted).toBe(true);
    await queue.close();
    await redis.close();
  });
});

/** Lets another process add jobs and start one, then kills it. */
async function workUntilKilled(where: string): Promise<void> {
  const child = spawn(process.execPath, [scriptAt('work-until-killed'), where], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), exited]);
  expect(child.exitCode).toBeNull();
  child.kill('SIGKILL');
  await exited;
}

async function expectNothingLost(queue: JobQueue): Promise<void> {
  expect(await queue.read('cut-off')).toMatchObject({ state: 'active', attemptCount: 0 });
  await queue.work({ 'cut-off': async ({ data }) => data }, 1);
  // Their key is in use for as long as the job that was cut off is taken to run.
  const next = await queue.add({ name: 'cut-off', data: 'next', key: 'production' });
  expect(await until(queue, 'cut-off', 'completed')).toMatchObject({ result: 'precious', attemptCount: 1 });
  expect(await until(queue, next, 'completed')).toMatchObject({ result: 'next' });
  const later = await queue.list({ limit: 99, name: 'later', state: 'delayed' });
  expect(later.filter(({ id }) => /^later-\d$/.test(id))).toHaveLength(5);
  expect(await queue.listSchedules()).toMatchObject([{ id: 'nightly', name: 'later' }]);
}

/** Asks again for as long as the queue cannot be reached. */
async function eventually<T>(ask: () => Promise<T>): Promise<T> {
  let answer: T | undefined;
  const isAnswered = async () => {
    answer = await ask().catch((error) => {
      if (error.code === 'jobsUnavailable') return undefined;
      throw error;
    });
    return answer !== undefined;
  };
  await untilTrue(isAnswered);
  return answer!;
}

/** A queue on a database of its own, over a wire that can be cut. */
async function overWire() {
  const server = new URL(inject('postgresUrl'));
  const proxy = await TcpProxy.start({ host: server.hostname, port: Number(server.port) });
  const { url, drop } = await createDatabase(server.href);
  const wire = new URL(url);
  wire.port = String(proxy.port);
  return { queue: openPostgresJobQueue({ connectionString: wire.href }, OPTIONS), proxy, drop };
}
