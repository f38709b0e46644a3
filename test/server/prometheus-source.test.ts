import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { durationBinOf } from '../../domain/index.ts';
import { seededDraws } from '../models/seeded-draws.ts';
import { freePort } from '../services/free-port.ts';
import { PATIENCE_MS } from '../services/patience.ts';
import { createDatabase } from '../services/postgres.ts';
import { isPrometheusMissing, PrometheusService } from '../services/prometheus.ts';
import { TcpProxy } from '../services/tcp-proxy.ts';
import { aFlag, aRollout } from './builders.ts';
import { type Counted, CountingShop, EDGES } from './counting-shop.ts';
import { PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

const DAY_MS = 86_400_000;
const AWAY = /metric_source_errors_total\{source="prometheus",reason="unreachable"\} (\d+)/;

const COUNTED_ROLLOUT = aRollout({
  stages: [
    { coverage: 50_000, dwellMs: DAY_MS },
    { coverage: 95_000, dwellMs: DAY_MS },
  ],
  windowMs: 2_000,
  attributionMs: 0,
  metrics: [
    {
      metric: 'errors',
      source: {
        kind: 'prometheus',
        variantLabel: 'variant',
        exposures: 'shop_requests_total',
        events: 'shop_requests_total{status=~"5.."}',
      },
    },
    {
      metric: 'latency',
      source: { kind: 'prometheus', variantLabel: 'variant', buckets: 'shop_seconds_bucket{job="shop"}' },
    },
  ],
});

/** Asks again and again until the answer is what is wanted. */
async function until<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  const deadlineMs = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (Date.now() > deadlineMs) throw new Error(`still not as wanted: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('a server that is not told of a Prometheus', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
    await server.call('PUT', `${PRODUCTION}/flags/thing`, aFlag());
  });
  afterAll(() => server?.close());

  it('refuses a rollout whose metrics it could never count, and says what to set', async () => {
    const { status, body } = await server.call('POST', `${PRODUCTION}/rollouts`, COUNTED_ROLLOUT);
    expect(status).toBe(422);
    expect(body.violations[0]).toMatchObject({
      path: '/metrics/0/source',
      message: expect.stringContaining('RAMPWRIGHT_PROMETHEUS_URL'),
    });
  });
});

const isMissing = isPrometheusMissing();

describe.skipIf(isMissing)('metrics from a real Prometheus', () => {
  const draws = seededDraws(7);
  let shop: CountingShop;
  let prometheus: PrometheusService;
  let wire: TcpProxy;
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let servers: readonly TestServer[];

  beforeAll(async () => {
    const port = await freePort();
    shop = new CountingShop(port);
    await shop.start();
    prometheus = await PrometheusService.create(port);
    wire = await TcpProxy.start({ host: '127.0.0.1', port: prometheus.port });
    database = await createDatabase(inject('postgresUrl'));
    servers = [await startTestServer(configuration()), await startTestServer(configuration())];
    await servers[0]!.call('PUT', `${PRODUCTION}/flags/thing`, aFlag());
  });
  afterAll(async () => {
    for (const server of servers ?? []) await server.close();
    await database?.drop();
    await wire?.stop();
    await prometheus?.close();
    await shop?.stop();
  });

  const configuration = () => ({
    databaseUrl: database.url,
    prometheus: { url: `http://127.0.0.1:${wire.port}`, token: null, lagMs: 1_000 },
  });
  const windowsNow = async () =>
    (await servers[0]!.call('GET', `${PRODUCTION}/rollouts/new-thing/windows?limit=500`)).body.windows;
  const figure = async (pattern: RegExp) =>
    Number(pattern.exec((await servers[0]!.call('GET', '/metrics')).body)?.[1] ?? 0);

  /** Sums over all windows of what the server has counted of a variant. */
  const sumsNow = async (variant: string): Promise<Counted> => {
    const sums = { requests: 0, errors: 0, durations: [0, 0, 0, 0] };
    const binOf = [...EDGES.map((edge) => durationBinOf(edge * 1000)), durationBinOf(500) + 1];
    for (const { sources } of await windowsNow()) {
      const shown = sources.prometheus?.variants[variant];
      if (shown === undefined) continue;
      sums.requests += shown.metrics.errors.exposures;
      sums.errors += shown.metrics.errors.events;
      for (const [bin, count] of Object.entries(shown.metrics.latency.bins))
        sums.durations[binOf.indexOf(Number(bin))]! += count as number;
    }
    return sums;
  };
  const serveSome = (count: number) => {
    for (let index = 0; index < count; index += 1) {
      const variant = draws.uniform() < 0.5 ? 'on' : 'off';
      shop.serve(variant, { isError: draws.uniform() < 0.1, seconds: draws.uniform() });
    }
  };
  const untilCounted = async () => {
    for (const variant of ['on', 'off']) {
      const truth = JSON.stringify(shop.counted(variant));
      await until(
        () => sumsNow(variant),
        (sums) => JSON.stringify(sums) === truth,
      );
    }
  };
  const untilScraped = () =>
    until(
      () => prometheus.valueOf('sum(shop_requests_total)'),
      (value) => value === shop.requestsOfLife,
    );
  const untilNextWindow = async () => {
    const before = (await windowsNow())[0]?.endMs ?? 0;
    await until(windowsNow, ([newest]) => newest !== undefined && newest.endMs > before);
  };

  it('are, window by window, what the application has counted', async () => {
    await servers[0]!.call('POST', `${PRODUCTION}/rollouts`, COUNTED_ROLLOUT);
    expect((await servers[0]!.call('POST', `${PRODUCTION}/rollouts/new-thing/start`)).status).toBe(200);
    await untilNextWindow();
    serveSome(300);
    await untilNextWindow();
    serveSome(200);
    await untilCounted();
    expect(shop.counted('on').errors).toBeGreaterThan(0);
  });

  it('count once though two servers ask for them', async () => {
    const reports = async (server: TestServer) =>
      /reports_total\{tenant="default",environment="production",result="duplicate"\} (\d+)/.exec(
        (await server.call('GET', '/metrics')).body,
      );
    await until(
      async () => (await reports(servers[0]!)) ?? (await reports(servers[1]!)),
      (found) => found !== null,
    );
    await untilNextWindow();
    await untilCounted();
  });

  it('go on after a restart of the application, which begins its counters anew', async () => {
    await untilScraped();
    await shop.stop();
    await shop.start();
    await until(
      () => prometheus.valueOf('sum(shop_requests_total)'),
      (value) => value === 0,
    );
    serveSome(40);
    await untilCounted();
    expect(shop.requestsOfLife).toBe(40);
  });

  it('of the time in which nobody could ask are asked for once somebody can', async () => {
    await untilCounted();
    const failures = await figure(AWAY);
    wire.cut();
    for (let batch = 0; batch < 3; batch += 1) {
      serveSome(20);
      await untilScraped();
    }
    await until(
      () => figure(AWAY),
      (count) => count >= failures + 2,
    );
    wire.mend();
    await untilCounted();
  });

  it('stand still while Prometheus is away, hold for data that are too old, and miss nothing once it is back', async () => {
    await untilScraped();
    const failures = await figure(AWAY);
    await prometheus.stop();
    serveSome(60);
    await until(
      () => figure(AWAY),
      (count) => count >= failures + 2,
    );
    const { state, now } = await until(
      async () => (await servers[0]!.call('GET', `${PRODUCTION}/rollouts/new-thing/explain`)).body,
      (explained) => explained.now.reasons.some(({ code }: { code: string }) => code === 'staleData'),
    );
    expect(state).toMatchObject({ phase: 'running', coverage: 50_000 });
    expect(now).toMatchObject({ action: 'hold' });
    await prometheus.start();
    serveSome(30);
    await untilCounted();
    await untilNextWindow();
    await untilCounted();
  });

  it('are asked for by a server that starts anew only as far as they are missing', async () => {
    const counted = (text: string) =>
      [...text.matchAll(/reports_total\{.*result="(?:accepted|duplicate)"\} (\d+)/g)].reduce(
        (sum, [, count]) => sum + Number(count),
        0,
      );
    const windowCount = (await windowsNow()).length;
    const anew = await startTestServer(configuration());
    const reports = await until(
      async () => counted((await anew.call('GET', '/metrics')).body),
      (count) => count > 0,
    );
    await anew.close();
    expect(windowCount).toBeGreaterThan(6);
    expect(reports).toBeLessThan(windowCount / 2);
  });
});
