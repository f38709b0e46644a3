import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClosedWindow, MetricWindow, VariantWindow } from '../../domain/index.ts';
import { createRampwrightClient, type RampwrightError, rampwrightFastify } from '../../provider/index.ts';
import { aFlag, aRollout } from '../server/builders.ts';
import { PRODUCTION, startTestServer, type TestServer } from '../server/running-server.ts';
import { cleanUp } from './harness.ts';

const ROLLOUT = aRollout({
  stages: [
    { coverage: 50_000, dwellMs: 3_600_000 },
    { coverage: 95_000, dwellMs: 3_600_000 },
  ],
  windowMs: 60_000,
  metrics: [{ metric: 'errors' }, { metric: 'latency' }, { metric: 'revenue', kind: 'value' }],
  segments: ['country'],
});
const COUNTRIES = ['DE', 'FR', undefined];
const USER_COUNT = 60;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.call('PUT', `${PRODUCTION}/flags/thing`, aFlag());
  expect((await server.call('POST', `${PRODUCTION}/rollouts`, ROLLOUT)).status).toBe(201);
  expect((await server.call('POST', `${PRODUCTION}/rollouts/new-thing/start`)).status).toBe(200);
});
afterAll(() => server.close());

/** An application in which each user has the country of its turn, buys for 5, and fails when asked to. */
async function anApp(errors: RampwrightError[]) {
  const apiKey = await server.createKey('evaluate', 'ingest');
  const client = createRampwrightClient({ url: server.url, apiKey, onError: (error) => errors.push(error) });
  await client.ready();
  const app = fastify();
  app.register(rampwrightFastify(client));
  app.get<{ Params: { user: number }; Querystring: { fails?: string } }>('/:user', async ({ params, query }) => {
    const country = COUNTRIES[params.user % COUNTRIES.length];
    client.boolean('thing', false, { targetingKey: `user-${params.user}`, ...(country && { country }) });
    client.track('revenue', 5);
    if (query.fails === 'yes') throw new Error('asked to');
    return 'done';
  });
  cleanUp(() => app.close());
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, client };
}

function rateOf(window: MetricWindow | undefined) {
  return window?.kind === 'rate' ? window : { exposures: 0, events: 0 };
}

/** Exposures and events of the errors of many windows. */
function total(windows: readonly (MetricWindow | undefined)[]) {
  const rates = windows.map(rateOf);
  return {
    exposures: rates.reduce((sum, { exposures }) => sum + exposures, 0),
    events: rates.reduce((sum, { events }) => sum + events, 0),
  };
}

describe('a rollout with segments', () => {
  it('has them in its windows at the server, with values by new unit and the clock of the application', async () => {
    const errors: RampwrightError[] = [];
    const { url, client } = await anApp(errors);
    for (let user = 0; user < USER_COUNT; user += 1)
      await fetch(`${url}/${user}?fails=${user % 4 === 0 ? 'yes' : 'no'}`);
    await client.close(10_000);
    expect(errors).toEqual([]);

    const { body } = await server.call('GET', `${PRODUCTION}/rollouts/new-thing/windows`);
    const windows: readonly ClosedWindow[] = body.windows;
    const sources = windows.flatMap(({ sources }) => Object.values(sources));
    const variants: readonly VariantWindow[] = sources.flatMap(({ variants }) => Object.values(variants));
    const errorsOf = (segment: string) => total(variants.map(({ segments }) => segments?.[segment]?.['errors']));
    expect(errorsOf('country=DE')).toEqual({ exposures: 20, events: 5 });
    expect(errorsOf('country=FR')).toEqual({ exposures: 20, events: 5 });
    expect(total(variants.map(({ metrics }) => metrics['errors']))).toEqual({ exposures: 60, events: 15 });
    expect(new Set(variants.flatMap(({ segments }) => Object.keys(segments ?? {})))).toEqual(
      new Set(['country=DE', 'country=FR']),
    );
    expect(new Set(sources.flatMap(({ variants }) => Object.keys(variants)))).toEqual(new Set(['on', 'off']));

    for (const { metrics, newUnits } of variants) {
      expect(metrics['revenue']).toEqual({
        kind: 'value',
        exposures: newUnits,
        sum: 5 * newUnits,
        sumOfSquares: 25 * newUnits,
        nonZero: newUnits,
      });
    }
    for (const { clockSkewMs } of sources) expect(clockSkewMs ?? Number.NaN).toBeLessThan(10_000);
  });
});
