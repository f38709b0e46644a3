import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededDraws } from '../../models/seeded-draws.ts';
import { isPrometheusMissing } from '../../services/prometheus.ts';
import { StoredPrometheus, type StoredSeries } from '../../services/stored-prometheus.ts';
import { callApi, startTestServer, type TestServer } from '../running-server.ts';
import { argoBody, FLAGGER_PATHS, FLAGGER_REQUEST } from './documented.ts';

const MINUTE_MS = 60_000;
const SCRAPE_MS = 15_000;
const EDGES_SECONDS = [0.05, 0.1, 0.5];
const nowMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
const draws = seededDraws(23);

/** When a workload served, and how: ages in minutes. */
interface Life {
  readonly from: number;
  readonly until: number;
  readonly requestsPerScrape: number;
  readonly failing: number;
  /** Share of requests in each bucket, the last one beyond all edges. */
  readonly speeds: readonly number[];
}
const FAST = [0.6, 0.35, 0.04, 0.01];
const SLOW = [0.1, 0.2, 0.3, 0.4];

/** The counters of a workload that served in these times; what it has counted stays between them, as behind a proxy. */
function workload(
  names: (status: string) => string,
  buckets: (le: string) => string,
  lives: readonly Life[],
): StoredSeries[] {
  const sums = new Map<string, number>();
  const samples = new Map<string, [number, number][]>();
  const add = (series: string, count: number) => sums.set(series, (sums.get(series) ?? 0) + count);
  const oldest = Math.max(...lives.map(({ from }) => from));
  for (let atMs = nowMs - oldest * MINUTE_MS; atMs <= nowMs; atMs += SCRAPE_MS) {
    const life = lives.find(({ from, until }) => atMs > nowMs - from * MINUTE_MS && atMs <= nowMs - until * MINUTE_MS);
    const { requestsPerScrape = 0, failing = 0, speeds = FAST } = life ?? {};
    const requests = requestsPerScrape === 0 ? 0 : draws.poisson(requestsPerScrape);
    let failed = 0;
    const counts = speeds.map(() => 0);
    for (let request = 0; request < requests; request += 1) {
      if (draws.uniform() < failing) failed += 1;
      counts[bucketOf(draws.uniform(), speeds)]! += 1;
    }
    add(names('200'), requests - failed);
    add(names('503'), failed);
    let below = 0;
    counts.forEach((count, index) => {
      below += count;
      add(buckets(index < EDGES_SECONDS.length ? String(EDGES_SECONDS[index]) : '+Inf'), below);
    });
    for (const [series, value] of sums) samples.set(series, [...(samples.get(series) ?? []), [atMs, value]]);
  }
  return [...samples].map(([series, values]) => ({ series, samples: values }));
}

function bucketOf(draw: number, speeds: readonly number[]): number {
  let below = 0;
  const found = speeds.findIndex((share) => {
    below += share;
    return draw < below;
  });
  return found === -1 ? speeds.length - 1 : found;
}

const pods = (hash: string, lives: readonly Life[]) => {
  const labels = `namespace="shop",service="checkout",job="shop",instance="${hash}",rollouts_pod_template_hash="${hash}"`;
  return workload(
    (status) => `http_requests_total{${labels},status="${status}"}`,
    (le) => `http_request_duration_seconds_bucket{${labels},le="${le}"}`,
    lives,
  );
};
const behindIstio = (name: string, lives: readonly Life[]) => {
  const labels = `reporter="source",destination_workload_namespace="test",job="proxy",instance="gateway",destination_workload="${name}"`;
  return workload(
    (status) => `istio_requests_total{${labels},response_code="${status}"}`,
    (le) => `istio_request_duration_milliseconds_bucket{${labels},le="${le === '+Inf' ? le : Number(le) * 1000}"}`,
    lives,
  );
};
const all = { from: 120, until: 0, requestsPerScrape: 400, failing: 0.01, speeds: FAST };
const some = { ...all, requestsPerScrape: 100 };

describe.skipIf(isPrometheusMissing())('a judgement of windows from a real Prometheus', () => {
  let prometheus: StoredPrometheus;
  let server: TestServer;
  let key: string;

  beforeAll(async () => {
    prometheus = await StoredPrometheus.start([
      ...pods('stable', [all]),
      ...pods('sound', [{ ...some, from: 60 }]),
      ...pods('failing', [{ ...some, from: 30, failing: 0.06 }]),
      ...pods('slow', [{ ...some, from: 30, speeds: SLOW }]),
      ...behindIstio('podinfo-primary', [all]),
      // A first analysis failed; its fix has been tried for an hour.
      ...behindIstio('podinfo', [
        { ...some, from: 110, until: 90, failing: 0.06 },
        { ...some, from: 60, until: 0 },
      ]),
    ]);
    server = await startTestServer({ prometheus: { url: prometheus.url, token: null, lagMs: 0 } });
    key = await server.createKey('ingest');
  });
  afterAll(async () => {
    await server?.close();
    await prometheus?.close();
  });

  const judge = (body: unknown) =>
    callApi(`${server.url}/api/v1/judge`, 'POST', body, { authorization: `Bearer ${key}` });
  const argo = async (hash: string) => (await judge(argoBody({ 'stable-hash': 'stable', 'latest-hash': hash }))).body;
  const hook = (path: string, request: string) =>
    callApi(
      `${server.url}${path}`,
      'POST',
      { name: 'podinfo', namespace: 'test', phase: 'Progressing', metadata: { request } },
      { authorization: `Basic ${Buffer.from(`flagger:${key}`).toString('base64')}` },
    );

  it('that Argo Rollouts asks for tells harm from soundness', async () => {
    expect((await argo('failing')).summary).toMatchObject({
      verdict: 'fail',
      reason: expect.stringContaining('errors: treatment "failing" fails'),
    });
    expect((await argo('slow')).summary).toMatchObject({
      verdict: 'fail',
      reason: expect.stringContaining('latency:'),
    });
    const sound = await argo('sound');
    expect(sound).toMatchObject({ summary: { verdict: 'pass' }, reasons: [], notes: [{ code: 'unknownVariant' }] });
    expect(sound.windows.fromMs).toBeGreaterThanOrEqual(nowMs - 61 * MINUTE_MS);
    expect(sound.windows.count).toBeGreaterThanOrEqual(58);
  });

  it('has no data of pods that serve nobody yet', async () => {
    expect(await argo('unborn')).toMatchObject({ summary: { verdict: 'noData' }, windows: { count: 0, fromMs: null } });
  });

  it('is the same evidence however far it looks back, and says so when that is not far enough', async () => {
    const body = JSON.parse(argoBody({ 'stable-hash': 'stable', 'latest-hash': 'sound' }));
    const looking = async (lookbackMs: number) =>
      (await judge({ ...body, prometheus: { ...body.prometheus, lookbackMs } })).body;
    const [near, far, nearest] = [
      await looking(90 * MINUTE_MS),
      await looking(600 * MINUTE_MS),
      await looking(10 * MINUTE_MS),
    ];
    // Another minute may have passed in between, which changes the traffic per hour and nothing else.
    const shown = ({ treatments: [{ combined, guardrails }] }: typeof near) => [
      combined,
      guardrails.map(({ need: _need, ...guardrail }: { readonly need: unknown }) => guardrail),
    ];
    expect(shown(near)).toEqual(shown(far));
    expect(nearest.notes.map(({ code }: { readonly code: string }) => code)).toContain('beginsInTheMiddle');
    expect(nearest.windows.count).toBeLessThan(near.windows.count);
  });

  it('counts every request once', async () => {
    const body = JSON.parse(argoBody({ 'stable-hash': 'stable', 'latest-hash': 'sound' }));
    const { lookbackMs: _lookbackMs, ...open } = body.prometheus;
    const from = new Date(nowMs - 50 * MINUTE_MS).toISOString();
    const judged = async (stepMs: number) => {
      const { body: answer } = await judge({ ...body, burnInMs: 0, prometheus: { ...open, from, stepMs } });
      const { treatment, control } = answer.treatments[0].guardrails[0];
      return [treatment.exposures, treatment.events, control.exposures, control.events];
    };
    // 50 minutes end with a window however it is cut; what was scraped after the last whole one counts for nobody.
    expect(await judged(MINUTE_MS)).toEqual(await judged(30_000));
  });

  it('that Flagger asks for begins with the newest analysis', async () => {
    const [harm, gate] = FLAGGER_PATHS;
    expect((await hook(harm!, FLAGGER_REQUEST)).status).toBe(412);
    expect((await hook(gate!, FLAGGER_REQUEST)).body.summary.verdict).toBe('pass');
    // Without it the failures of the first analysis would still count.
    const together = JSON.parse(FLAGGER_REQUEST);
    delete together.prometheus.absenceMs;
    expect((await hook(harm!, JSON.stringify(together))).body.summary.verdict).toBe('fail');
  });

  it('is none when Prometheus is away, and says what to do', async () => {
    const elsewhere = await startTestServer({ prometheus: { url: 'http://127.0.0.1:9', token: null, lagMs: 0 } });
    try {
      const body = argoBody({ 'stable-hash': 'stable', 'latest-hash': 'sound' });
      const answer = await callApi(`${elsewhere.url}/api/v1/judge`, 'POST', body, {
        authorization: `Bearer ${elsewhere.adminKey}`,
      });
      expect(answer.status).toBe(502);
      expect(answer.body).toMatchObject({
        type: 'urn:rampwright:problem:prometheusFailed',
        detail: expect.stringMatching(/^unreachable: .*; see that Prometheus runs/),
      });
    } finally {
      await elsewhere.close();
    }
  });
});
