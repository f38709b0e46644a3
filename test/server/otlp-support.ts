import { readFileSync } from 'node:fs';
import type { ClosedWindow } from '../../domain/index.ts';
import { aFlag, aRollout } from './builders.ts';
import { PRODUCTION, type TestServer } from './running-server.ts';

/** What the exporters of the Node SDK sent, in one encoding; made by @opentelemetry/sdk-metrics 2.12.1, exporters 0.223.0. */
export interface GoldenExport {
  readonly encoding: 'json' | 'protobuf';
  readonly temporality: 'cumulative' | 'delta';
  readonly compression: 'none' | 'gzip';
  /** Two exports of one process, base64. */
  readonly bodies: readonly [string, string];
}

/** Recorded exports. */
export const GOLDEN: readonly GoldenExport[] = JSON.parse(
  readFileSync(new URL('golden/otlp-node-sdk.json', import.meta.url), 'utf8'),
);

export const CONTENT_TYPE = { json: 'application/json', protobuf: 'application/x-protobuf' } as const;

/** Attribute that the recorded exports tell variants by. */
const variantAttribute = 'feature_flag.result.variant';

/** Metrics that the recorded exports answer. */
export const OTLP_METRICS = [
  {
    metric: 'errors',
    source: {
      kind: 'otlp',
      variantAttribute,
      exposures: { instrument: 'checkout.requests' },
      events: { instrument: 'checkout.errors', where: { 'http.response.status_code': '500' } },
    },
  },
  {
    metric: 'latency',
    source: { kind: 'otlp', variantAttribute, durations: { instrument: 'http.server.request.duration' } },
  },
];

/** Starts a rollout "new-thing" of "on" against "off" that is measured over OTLP, and returns since when it is covered. */
export async function startMeasuredRollout(
  server: TestServer,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<number> {
  await server.call('PUT', `${PRODUCTION}/flags/thing`, aFlag());
  await server.call(
    'POST',
    `${PRODUCTION}/rollouts`,
    aRollout({ windowMs: 60_000, metrics: OTLP_METRICS, ...changes }),
  );
  const { body } = await server.call('POST', `${PRODUCTION}/rollouts/new-thing/start`);
  return body.state.coverageSinceMs;
}

/** A running total for the exports below; times in ms since 1970. */
export interface Total {
  readonly instrument?: string;
  readonly variant?: string;
  readonly value: number | string | null;
  readonly startMs: number;
  readonly timeMs: number;
}

/** The body of an export of sums in JSON, with changes to each sum, from one process. */
export function anExport(totals: readonly Total[], sum: Readonly<Record<string, unknown>> = {}, process = 'shop-1') {
  const metrics = totals.map(({ instrument = 'checkout.requests', variant = 'on', value, startMs, timeMs }) => ({
    name: instrument,
    sum: {
      aggregationTemporality: 2,
      isMonotonic: true,
      dataPoints: [
        {
          attributes: [{ key: variantAttribute, value: { stringValue: variant } }],
          startTimeUnixNano: `${startMs}000000`,
          timeUnixNano: `${timeMs}000000`,
          asDouble: value,
        },
      ],
      ...sum,
    },
  }));
  const resource = { attributes: [{ key: 'service.instance.id', value: { stringValue: process } }] };
  return { resourceMetrics: [{ resource, scopeMetrics: [{ scope: { name: 'shop' }, metrics }] }] };
}

/** What one variant showed. */
export interface Shown {
  readonly errors: { readonly exposures: number; readonly events: number };
  readonly latency: { readonly exposures: number };
}

/** What one variant showed in all windows of "new-thing" together, all sources together. */
export async function shownBy(server: TestServer, variant: string): Promise<Shown> {
  const { body } = await server.call('GET', `${PRODUCTION}/rollouts/new-thing/windows`);
  const shown = { errors: { exposures: 0, events: 0 }, latency: { exposures: 0 } };
  for (const window of body.windows as readonly ClosedWindow[]) {
    for (const { variants } of Object.values(window.sources)) {
      const { errors, latency } = variants[variant]?.metrics ?? {};
      shown.errors.exposures += errors?.exposures ?? 0;
      shown.errors.events += errors?.kind === 'rate' ? errors.events : 0;
      shown.latency.exposures += latency?.exposures ?? 0;
    }
  }
  return shown;
}
