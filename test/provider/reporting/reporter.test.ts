import { describe, expect, it } from 'vitest';
import type { ReportRow } from '../../../domain/index.ts';
import { ReportQueue } from '../../../provider/reporting/report-queue.ts';
import { acknowledge, anOverlay, aSnapshot, refuse } from '../flag-server.ts';
import { aClient, aServer } from '../harness.ts';
import { settle } from '../manual-clock.ts';

const REPORTS = '/api/v1/reports';

/** A client that serves the first rollout to `user-…`, and whose clock stands at the start of a window. */
async function aWorld(rollouts = [anOverlay()]) {
  const server = await aServer(aSnapshot({ rollouts }));
  const made = aClient(server, { source: 'web-1' });
  await made.client.ready();
  made.clock.advance(10_000 - (made.clock.nowMs() % 10_000));
  const serve = (user = 'user-1') => made.client.boolean('checkout', false, { targetingKey: user });
  /** Serves one unit and lets its window close. */
  const closeWindow = async (user?: string) => {
    serve(user);
    for (let elapsedMs = 0; elapsedMs < 30_000; elapsedMs += 1_000) {
      made.clock.advance(1_000);
      server.heartbeat();
      await settle();
    }
  };
  return { server, ...made, serve, closeWindow };
}

describe('reports', () => {
  it('carry the windows that closed, under a source, an epoch and a sequence from 0', async () => {
    const { server, clock, closeWindow } = await aWorld();
    const startMs = clock.nowMs();
    await closeWindow();
    await closeWindow();
    expect(server.reports).toMatchObject([
      { source: 'web-1', sequence: 0, rows: [{ startMs, endMs: startMs + 10_000, units: 1 }] },
      { source: 'web-1', sequence: 1, rows: [{ startMs: startMs + 30_000, units: 1 }] },
    ]);
    expect(server.reports[0]?.epoch).toBe(server.reports[1]?.epoch);
    expect(server.requests.find(({ path }) => path === REPORTS)?.headers['content-type']).toBe('application/json');
  });

  it('are not sent when there is nothing to say', async () => {
    const { server, clock } = await aWorld();
    clock.advance(60_000);
    await settle();
    expect(server.countOf(REPORTS)).toBe(0);
  });

  it.each([429, 500, 503])(
    'are sent again after %i, with another time of sending only, until they are acknowledged',
    async (status) => {
      const { server, client, clock, closeWindow } = await aWorld();
      const sentAtMs: number[] = [];
      server.onReport = (_report, response) => {
        sentAtMs.push(clock.nowMs());
        if (server.reports.length < 4) refuse(response, status);
        else acknowledge(response, 1);
      };
      await closeWindow();
      expect(server.reports).toHaveLength(4);
      expect(new Set(server.reports.map((report) => JSON.stringify({ ...report, sentAtMs: 0 }))).size).toBe(1);
      expect(server.reports.map((report) => report.sentAtMs)).toEqual(sentAtMs);
      expect(new Set(sentAtMs).size).toBe(4);
      expect(client.status()).toMatchObject({ pendingReportCount: 0, droppedReportCount: 0, lateRowCount: 1 });
    },
  );

  it('are sent again when the connection broke before the answer', async () => {
    const { server, closeWindow } = await aWorld();
    server.onReport = (_report, response) => {
      if (server.reports.length === 1) response.destroy();
      else acknowledge(response);
    };
    await closeWindow();
    expect(server.reports.map((report) => report.sequence)).toEqual([0, 0]);
    await closeWindow();
    expect(server.reports.map((report) => report.sequence)).toEqual([0, 0, 1]);
  });

  it('wait as long as Retry-After asks', async () => {
    const { server, closeWindow } = await aWorld();
    server.onReport = (_report, response) => refuse(response, 429, { 'retry-after': '120' });
    await closeWindow();
    await closeWindow();
    expect(server.countOf(REPORTS)).toBe(1);
  });

  it('that the server rejects are dropped, and the reason is told', async () => {
    const { server, client, errors, closeWindow } = await aWorld();
    server.onReport = (_report, response) => refuse(response, 422);
    await closeWindow();
    expect(server.reports).toHaveLength(1);
    expect(client.status().pendingReportCount).toBe(0);
    expect(errors).toMatchObject([
      { code: 'reportRefused', message: expect.stringMatching(/checkout-on.*because of 422/) },
    ]);
  });

  it('that are rejected for one rollout are sent again for the others', async () => {
    const { server, client, errors, serve, closeWindow } = await aWorld([
      anOverlay(),
      anOverlay({
        rollout: 'color-red',
        flag: 'color',
        control: 'blue',
        treatments: [{ variant: 'red', split: 100_000 }],
      }),
    ]);
    server.onReport = (report, response) => {
      if (report.rows.some((row) => row.rollout === 'checkout-on')) refuse(response, 404);
      else acknowledge(response);
    };
    serve();
    client.string('color', 'green', { targetingKey: 'user-1' });
    await closeWindow();
    expect(server.reports.map(({ sequence, rows }) => [sequence, rows.map((row) => row.rollout)])).toEqual([
      [0, ['checkout-on', 'color-red']],
      [1, ['checkout-on']],
      [2, ['color-red']],
    ]);
    expect(errors).toHaveLength(1);
    expect(client.status().pendingReportCount).toBe(0);
  });

  it.each([401, 403])('end after %i, while flags are served on', async (status) => {
    const { server, client, errors, serve, closeWindow } = await aWorld();
    server.onReport = (_report, response) => refuse(response, status);
    await closeWindow();
    await closeWindow();
    expect(server.countOf(REPORTS)).toBe(1);
    expect(errors.map((error) => error.code)).toEqual(['denied']);
    expect(client.status().state).toBe('ready');
    expect(typeof serve()).toBe('boolean');
  });

  it('are flushed when the client is closed, open windows included', async () => {
    const { server, serve, close } = await aWorld();
    serve();
    await close();
    expect(server.rows).toMatchObject([{ units: 1 }]);
  });

  it('that wait for another attempt are sent at once when the client is closed', async () => {
    const { server, clock, closeWindow, close } = await aWorld();
    server.onReport = (_report, response) => refuse(response, 429, { 'retry-after': '120' });
    await closeWindow();
    server.onReport = undefined;
    const beforeMs = clock.nowMs();
    await close();
    expect(clock.nowMs() - beforeMs).toBeLessThan(2_000);
    expect(server.reports.map((report) => report.sequence)).toEqual([0, 0]);
  });

  it('are given up and told when the server does not take them while the client closes', async () => {
    const { server, client, clock, errors, serve, close } = await aWorld();
    server.onReport = (_report, response) => refuse(response, 503);
    serve();
    const beforeMs = clock.nowMs();
    await close(1_000);
    expect(clock.nowMs() - beforeMs).toBe(1_000);
    expect(errors.at(-1)).toMatchObject({ code: 'reportsDropped', message: expect.stringMatching(/^1 reports/) });
    expect(client.status()).toMatchObject({ pendingReportCount: 0, droppedReportCount: 1 });
    expect(clock.waits).toEqual([]);
  });
});

describe('report queue', () => {
  const row = { rollout: 'r', units: 1 } as ReportRow;

  it('puts at most 500 rows into a report', () => {
    const queue = new ReportQueue({ source: 's', epoch: 1 });
    queue.add(new Array<ReportRow>(1_201).fill(row));
    const counts = [];
    for (let text = queue.oldest; text !== undefined; text = queue.oldest) {
      counts.push([JSON.parse(text).sequence, JSON.parse(text).rows.length]);
      queue.remove(text);
    }
    expect(counts).toEqual([
      [0, 500],
      [1, 500],
      [2, 201],
    ]);
  });

  it('puts no more into a report than the server takes, however long the rows are', () => {
    const queue = new ReportQueue({ source: 's', epoch: 1 });
    const long = (index: number) => ({ ...row, units: index, variant: 'ü'.repeat(60_000) });
    queue.add(Array.from({ length: 21 }, (_, index) => long(index)));
    const units = [];
    for (let text = queue.oldest; text !== undefined; text = queue.oldest) {
      expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
      expect(JSON.parse(text).sequence).toBe(units.length);
      units.push(JSON.parse(text).rows.map((sent: ReportRow) => sent.units));
      queue.remove(text);
    }
    expect(units.flat()).toEqual(Array.from({ length: 21 }, (_, index) => index));
    expect(units.length).toBeGreaterThan(5);
  });

  it('gives up the oldest reports beyond 1000, and counts them', () => {
    const queue = new ReportQueue({ source: 's', epoch: 1 });
    const dropped = Array.from({ length: 1_010 }, () => queue.add([row])).reduce((sum, count) => sum + count, 0);
    expect([dropped, queue.droppedReportCount, queue.size]).toEqual([10, 10, 1_000]);
    expect(JSON.parse(queue.oldest!).sequence).toBe(10);
  });

  it('gives up the oldest reports beyond 8 MB', () => {
    const queue = new ReportQueue({ source: 's', epoch: 1 });
    const large = { ...row, rollout: 'r'.repeat(1024 * 1024) };
    for (let report = 0; report < 12; report += 1) queue.add([large]);
    expect([queue.size, queue.droppedReportCount]).toEqual([7, 5]);
  });
});
