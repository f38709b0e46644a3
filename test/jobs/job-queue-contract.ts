import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobQueue, JobRun, JobSchedule, JsonValue } from '../../domain/index.ts';
import { Gate, until, untilTrue } from './builders.ts';

/** What every job queue must do; `open` gives another queue on the same jobs, as another process would. */
export function jobQueueContract(open: () => Promise<JobQueue>): void {
  let queue: JobQueue;
  let count = 0;
  /** An id that no other test knows. */
  const anId = (word: string) => `${word}-${process.pid}-${count++}`;

  beforeEach(async () => {
    queue = await open();
  });

  afterEach(() => queue.close());

  describe('adding', () => {
    it('runs a job with its data and keeps its result', async () => {
      await queue.work({ double: async ({ data }) => (data as number) * 2 }, 1);
      const id = await queue.add({ name: 'double', data: 21 });
      const job = await until(queue, id, 'completed');
      expect(job).toMatchObject({
        id,
        name: 'double',
        data: 21,
        key: null,
        result: 42,
        attemptCount: 1,
        failure: null,
      });
      expect(job.endedAtMs).toBeGreaterThanOrEqual(job.startedAtMs!);
    });

    it('hands over any JSON as it is', async () => {
      const data = { text: 'ä\u2028"', list: [1, null, { deep: [true] }], empty: {}, none: null, half: 0.5 };
      await queue.work({ echo: async (run) => run.data }, 1);
      const id = await queue.add({ name: 'echo', data });
      expect(await until(queue, id, 'completed')).toMatchObject({ data, result: data });
    });

    it('adds a job of one id once, even when it is over', async () => {
      const seen: JsonValue[] = [];
      const id = anId('once');
      await queue.add({ name: 'note', data: 'first', id });
      await queue.add({ name: 'note', data: 'second', id });
      await queue.work({ note: async ({ data }) => seen.push(data) }, 4);
      await until(queue, id, 'completed');
      await queue.add({ name: 'note', data: 'third', id });
      const last = await queue.add({ name: 'note', data: 'other' });
      await until(queue, last, 'completed');
      expect(seen).toEqual(['first', 'other']);
    });

    it('starts a delayed job after its delay and not before', async () => {
      let startedAtMs = 0;
      await queue.work({ late: async () => (startedAtMs = Date.now()) }, 1);
      const addedAtMs = Date.now();
      const id = await queue.add({ name: 'late', data: null, delayMs: 300 });
      await until(queue, id, 'completed');
      expect(startedAtMs - addedAtMs).toBeGreaterThanOrEqual(300);
    });

    it('runs what other processes add soon, also while others of its jobs are hours away', async () => {
      const other = await open();
      const far = await other.add({ name: 'far', data: null, delayMs: 3_600_000 });
      await queue.work({ near: async () => null }, 1);
      // One after the other, so that the worker has nothing to do in between.
      for (let n = 0; n < 5; n++) await until(other, await other.add({ name: 'near', data: n }), 'completed');
      expect(await queue.read(far)).toMatchObject({ state: 'delayed', startedAtMs: null });
      await other.close();
    });

    it.each([
      [{ name: 'no spaces', data: null }, '"no spaces" is no id'],
      [{ name: 'big', data: 'x'.repeat(70_000) }, 'at most 65536'],
      [{ name: 'job', data: null, id: '12' }, '"12" is no id'],
      [{ name: 'job', data: null, id: 'a:b' }, '"a:b" is no id'],
      [{ name: 'job', data: null, delayMs: -1 }, 'delayMs is -1'],
      [{ name: 'job', data: null, maxAttempts: 0 }, 'maxAttempts is 0'],
    ])('refuses a job that it could not keep', async (job, detail) => {
      await expect(queue.add(job)).rejects.toMatchObject({
        code: 'invalidJob',
        detail: expect.stringContaining(detail),
      });
    });

    it('knows nothing of a job that never was', async () => {
      expect(await queue.read(anId('nothing'))).toBeUndefined();
    });

    it('leaves a job that it has no handler for to one that has', async () => {
      const other = await open();
      await queue.work({ known: async () => null }, 1);
      const id = await queue.add({ name: 'unknown', data: null });
      await untilTrue(async () => (await queue.read(id))!.state !== 'active');
      await other.work({ unknown: async () => 'found' }, 1);
      expect(await until(queue, id, 'completed')).toMatchObject({ result: 'found', attemptCount: 1 });
      await other.close();
    });
  });

  describe('attempts', () => {
    it('tries again with pauses that double, and then succeeds', async () => {
      const startsMs: number[] = [];
      const attempts: number[] = [];
      const handler = async ({ attempt }: JobRun) => {
        startsMs.push(Date.now());
        attempts.push(attempt);
        if (attempt < 3) throw new Error(`attempt ${attempt} failed`);
        return 'done';
      };
      await queue.work({ shaky: handler }, 1);
      const id = await queue.add({ name: 'shaky', data: null, maxAttempts: 5, backOffMs: 100 });
      expect(await until(queue, id, 'completed')).toMatchObject({ result: 'done', attemptCount: 3 });
      expect(attempts).toEqual([1, 2, 3]);
      expect(startsMs[1]! - startsMs[0]!).toBeGreaterThanOrEqual(100);
      expect(startsMs[2]! - startsMs[1]!).toBeGreaterThanOrEqual(200);
    });

    it('fails after the last attempt and says why', async () => {
      let runs = 0;
      const handler = async () => {
        runs += 1;
        throw new Error(`broken ${runs}`);
      };
      await queue.work({ broken: handler }, 1);
      const id = await queue.add({ name: 'broken', data: null, maxAttempts: 2, backOffMs: 1 });
      const job = await until(queue, id, 'failed');
      expect(job).toMatchObject({ failure: 'broken 2', attemptCount: 2, result: null });
      expect(runs).toBe(2);
    });
  });

  describe('progress', () => {
    it('is seen while the job runs', async () => {
      const gate = new Gate();
      const report = async (run: JobRun) => {
        await run.report({ share: 0.25, words: 'a quarter' });
        return gate.handler(run);
      };
      const id = await queue.add({ name: 'slow', data: null });
      expect((await queue.read(id))!.progress).toBeNull();
      await queue.work({ slow: report }, 1);
      await untilTrue(() => gate.started.includes(id));
      expect(await queue.read(id)).toMatchObject({ state: 'active', progress: { share: 0.25, words: 'a quarter' } });
      gate.end(id);
      await until(queue, id, 'completed');
    });
  });

  describe('cancelling', () => {
    it('aborts the signal of a job in progress, from whichever process it comes, and does not try again', async () => {
      const gate = new Gate();
      const other = await open();
      await queue.work({ slow: gate.handler }, 2);
      for (const canceller of [queue, other]) {
        const id = await canceller.add({ name: 'slow', data: null, maxAttempts: 9, backOffMs: 1 });
        await untilTrue(() => gate.started.includes(id));
        expect(await canceller.cancel(id, 'not needed')).toBe(true);
        expect(await until(queue, id, 'cancelled')).toMatchObject({ failure: 'not needed' });
        expect(gate.started.filter((started) => started === id)).toHaveLength(1);
      }
      await other.close();
    });

    it('keeps a job that waits from ever running', async () => {
      const names: string[] = [];
      const waiting = await queue.add({ name: 'a', data: null });
      const delayed = await queue.add({ name: 'b', data: null, delayMs: 3_600_000 });
      expect(await queue.cancel(waiting, 'no')).toBe(true);
      expect(await queue.cancel(delayed, 'no')).toBe(true);
      expect(await queue.read(waiting)).toMatchObject({ state: 'cancelled', failure: 'no' });
      const note = async ({ name }: JobRun) => names.push(name);
      await queue.work({ a: note, b: note, c: note }, 1);
      await until(queue, await queue.add({ name: 'c', data: null }), 'completed');
      expect(names).toEqual(['c']);
      expect(await until(queue, delayed, 'cancelled')).toMatchObject({ failure: 'no' });
    });

    it('leaves alone what is over or never was', async () => {
      await queue.work({ quick: async () => null }, 1);
      const id = await queue.add({ name: 'quick', data: null });
      await until(queue, id, 'completed');
      expect(await queue.cancel(id, 'late')).toBe(false);
      expect(await queue.cancel(anId('nothing'), 'late')).toBe(false);
      expect(await queue.read(id)).toMatchObject({ state: 'completed', failure: null });
    });
  });

  describe('keys', () => {
    it('run one job at a time, over all processes, while other keys go on', async () => {
      const other = await open();
      const running = new Map<JsonValue, number>();
      const most = new Map<JsonValue, number>();
      const handler = async ({ data, report }: JobRun) => {
        running.set(data, (running.get(data) ?? 0) + 1);
        most.set(data, Math.max(most.get(data) ?? 0, running.get(data)!));
        // Both keys have to run at once before either goes on; then each stays for a few round trips.
        await untilTrue(() => most.size === 2);
        for (let n = 0; n < 5; n++) await report({ share: n / 5, words: '' });
        running.set(data, running.get(data)! - 1);
        return null;
      };
      await Promise.all([queue.work({ train: handler }, 4), other.work({ train: handler }, 4)]);
      const [a, b] = [anId('a'), anId('b')];
      const ids = await Promise.all(
        [a, a, a, b, b, b].map((key) => queue.add({ name: 'train', data: key, key: `train/${key}` })),
      );
      for (const id of ids) await until(queue, id, 'completed');
      expect([...most]).toEqual(
        expect.arrayContaining([
          [a, 1],
          [b, 1],
        ]),
      );
      await other.close();
    });
  });

  describe('schedules', () => {
    const everyMs = 150;

    it('add a job at once and then at each interval, until they are removed', async () => {
      const seen: JsonValue[] = [];
      await queue.work({ beat: async ({ data }) => seen.push(data) }, 1);
      const id = anId('beat');
      const schedule: JobSchedule = { id, timing: { kind: 'interval', everyMs }, job: { name: 'beat', data: 'tick' } };
      await queue.schedule(schedule);
      await untilTrue(() => seen.length >= 3);
      expect(await queue.unschedule(id)).toBe(true);
      expect(await queue.unschedule(id)).toBe(false);
      expect(seen.slice(0, 3)).toEqual(['tick', 'tick', 'tick']);
      expect((await queue.listSchedules()).map((listed) => listed.id)).not.toContain(id);
    });

    it('name their times by the clocks of a zone', async () => {
      // Midsummer in Berlin is UTC + 2, midwinter UTC + 1; in India it is always UTC + 5:30.
      const timings = [
        ['Europe/Berlin', '0 12 21 6 *', '06-21T10:00'],
        ['Europe/Berlin', '0 12 21 12 *', '12-21T11:00'],
        ['Asia/Kolkata', '15 0 1 3 *', '02-28T18:45'],
        ['UTC', '*/20 4-5 1 1 *', '01-01T04:00'],
      ] as const;
      for (const [timeZone, pattern, expected] of timings) {
        const id = anId('nightly');
        const timing = { kind: 'cron', pattern, timeZone } as const;
        await queue.schedule({ id, timing, job: { name: 'nightly', data: null } });
        const listed = (await queue.listSchedules()).find((schedule) => schedule.id === id)!;
        expect(listed).toMatchObject({ name: 'nightly', timing });
        expect(listed.nextAtMs).toBeGreaterThan(Date.now());
        const next = new Date(listed.nextAtMs).toISOString().slice(5, 16);
        // A leap day moves the eve of the first of March.
        expect(expected === '02-28T18:45' ? next.replace('02-29', '02-28') : next).toBe(expected);
        await queue.unschedule(id);
      }
    });

    it('stay as they are when they are given again, and change when they are given differently', async () => {
      const id = anId('same');
      const schedule: JobSchedule = {
        id,
        timing: { kind: 'cron', pattern: '0 3 * * *', timeZone: 'UTC' },
        jitterMs: 60_000,
        job: { name: 'same', data: { b: 1, a: 2 }, key: 'k', maxAttempts: 3 },
      };
      await queue.schedule(schedule);
      const [before] = (await queue.listSchedules()).filter((listed) => listed.id === id);
      await queue.schedule(schedule);
      expect((await queue.listSchedules()).filter((listed) => listed.id === id)).toEqual([before]);
      const changed = { kind: 'cron', pattern: '0 4 * * *', timeZone: 'UTC' } as const;
      await queue.schedule({ ...schedule, timing: changed });
      const [after] = (await queue.listSchedules()).filter((listed) => listed.id === id);
      expect(after).toMatchObject({ timing: changed });
      expect(new Date(after!.nextAtMs).getUTCHours()).toBe(4);
      await queue.unschedule(id);
    });

    it('go on after one of their jobs was cancelled', async () => {
      const gate = new Gate();
      await queue.work({ beat: gate.handler }, 1);
      const id = anId('cancelled-once');
      await queue.schedule({ id, timing: { kind: 'interval', everyMs }, job: { name: 'beat', data: null } });
      await untilTrue(() => gate.started.length >= 1);
      await queue.cancel(gate.started[0]!, 'this one only');
      await untilTrue(() => gate.started.length >= 2);
      gate.end(gate.started[1]!);
      await untilTrue(() => gate.started.length >= 3);
      expect(new Set(gate.started).size).toBe(gate.started.length);
      await queue.unschedule(id);
      gate.end(gate.started[2]!);
    });

    it('are late by their jitter, each by its own', async () => {
      const startsMs = new Map<JsonValue, number>();
      const note = async ({ data }: JobRun) => {
        startsMs.set(data, Date.now());
        return null;
      };
      await queue.work({ spread: note }, 4);
      const beganMs = Date.now();
      const timing = { kind: 'interval', everyMs: 3_600_000 } as const;
      // By their SHA-256: 35 minutes, 25 minutes and 113 ms of an hour of jitter.
      const ids = ['spread-a', 'spread-c', 'spread-6978'];
      for (const id of ids) {
        await queue.schedule({ id, timing, jitterMs: 3_600_000, job: { name: 'spread', data: id } });
      }
      await untilTrue(() => startsMs.size > 0);
      expect([...startsMs.keys()]).toEqual(['spread-6978']);
      expect(startsMs.get('spread-6978')! - beganMs).toBeGreaterThanOrEqual(113);
      for (const id of ids) await queue.unschedule(id);
    });

    it.each([
      [{ kind: 'cron', pattern: '61 * * * *', timeZone: 'UTC' }, '"61 * * * *" in "UTC"'],
      [{ kind: 'cron', pattern: '0 3 * *', timeZone: 'UTC' }, 'five fields'],
      [{ kind: 'cron', pattern: '0 3 31 2 *', timeZone: 'UTC' }, 'names no time'],
      [{ kind: 'cron', pattern: '0 3 * * *', timeZone: 'Mars/Olympus' }, 'Mars/Olympus'],
      [{ kind: 'interval', everyMs: 0 }, 'everyMs is 0'],
    ] as const)('that name no times are refused', async (timing, detail) => {
      const schedule = { id: anId('bad'), timing, job: { name: 'bad', data: null } };
      await expect(queue.schedule(schedule)).rejects.toMatchObject({
        code: 'invalidJob',
        detail: expect.stringContaining(detail),
      });
    });
  });

  describe('listing', () => {
    it('shows the newest first, by name and by state', async () => {
      const name = anId('listed');
      const ids: string[] = [];
      for (let n = 0; n < 4; n++) {
        ids.push(await queue.add({ name, data: n, delayMs: 3_600_000 }));
        // Times are whole milliseconds, so two jobs of the same one have no order.
        await untilTrue(async () => Date.now() > (await queue.read(ids.at(-1)!))!.addedAtMs);
      }
      await queue.cancel(ids[0]!, 'no');
      const listed = await queue.list({ limit: 10, name });
      expect(listed.map((job) => job.data)).toEqual([3, 2, 1, 0]);
      expect(await queue.list({ limit: 2, name, state: 'delayed' })).toMatchObject([{ id: ids[3] }, { id: ids[2] }]);
      expect(await queue.list({ limit: 9, name, state: 'cancelled' })).toMatchObject([{ id: ids[0], failure: 'no' }]);
      expect(await queue.list({ limit: 9, name: anId('none') })).toEqual([]);
    });
  });

  describe('closing', () => {
    it('lets jobs in progress end within the grace, and takes no more', async () => {
      const gate = new Gate();
      const worker = await queue.work({ slow: gate.handler }, 1);
      const [first, second] = [
        await queue.add({ name: 'slow', data: 1 }),
        await queue.add({ name: 'slow', data: 2, delayMs: 1 }),
      ];
      await untilTrue(() => gate.started.includes(first));
      const closed = worker.close(20_000);
      gate.end(first, 'finished');
      await closed;
      expect(await queue.read(first)).toMatchObject({ state: 'completed', result: 'finished' });
      expect(gate.started).toEqual([first]);
      await queue.cancel(second, 'test is over');
    });

    it('gives back what does not end, and another process runs it as the same attempt', async () => {
      const gate = new Gate();
      const other = await open();
      await other.work({ slow: gate.handler }, 1);
      const id = await queue.add({ name: 'slow', data: null, maxAttempts: 1 });
      await untilTrue(() => gate.started.includes(id));
      await other.close();
      expect(gate.runs[0]!.signal.aborted).toBe(true);
      // It may still be on its way back: closing does not wait for that for ever.
      await until(queue, id, 'waiting');
      await queue.work({ slow: async ({ attempt }) => attempt }, 1);
      expect(await until(queue, id, 'completed')).toMatchObject({ result: 1, attemptCount: 1 });
    });

    it('ends when a handler does not heed its signal', async () => {
      const other = await open();
      let isStarted = false;
      let letGo: (value: null) => void = () => {};
      const deaf = () => {
        isStarted = true;
        return new Promise<null>((resolve) => {
          letGo = resolve;
        });
      };
      await other.work({ deaf }, 1);
      await queue.add({ name: 'deaf', data: null });
      await untilTrue(() => isStarted);
      await other.close();
      letGo(null);
    });
  });

  it('can be reached, and says so', async () => {
    expect(await queue.whyAway()).toBeNull();
  });
}
