import { afterAll, beforeAll, expect, it } from 'vitest';
import { surfaceOf } from '../../../server/telemetry/surface.ts';
import { callApi, PRODUCTION, startTestServer, type TestServer } from '../running-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

it.each([
  ['/ofrep/v1/evaluate/flags/:key', 'evaluate'],
  ['/ofrep/v1/evaluate/flags', 'evaluateAll'],
  ['/ofrep/v1/events', 'stream'],
  ['/api/v1/snapshot', 'snapshot'],
  ['/api/v1/snapshot/stream', 'stream'],
  ['/api/v1/flagd/:environment', 'snapshot'],
  ['/api/v1/reports', 'ingest'],
  ['/v1/metrics', 'ingest'],
  ['/api/v1/environments/:environment/judge', 'judge'],
  ['/api/v1/environments/:environment/rollouts', 'management'],
  ['/metrics', 'other'],
])('a request of %s counts as %s', (route, surface) => {
  expect(surfaceOf(route)).toBe(surface);
});

it('requests are counted by surface and class of status, unknown paths too, and timed', async () => {
  const evaluate = { authorization: `Bearer ${await server.createKey('evaluate')}` };
  await callApi(`${server.url}/ofrep/v1/evaluate/flags`, 'POST', { context: { targetingKey: 'u' } }, evaluate);
  await callApi(`${server.url}/ofrep/v1/evaluate/flags/none`, 'POST', { context: { targetingKey: 'u' } }, evaluate);
  await server.call('GET', `${PRODUCTION}/flags`);
  await server.call('GET', '/nothing/here');
  const text = (await server.call('GET', '/metrics')).body as string;
  for (const [surface, status] of [
    ['evaluateAll', '2xx'],
    ['evaluate', '4xx'],
    ['management', '2xx'],
    ['other', '4xx'],
  ])
    expect(text).toMatch(
      new RegExp(`rampwright_http_requests_total\\{surface="${surface}",status="${status}"\\} [1-9]`),
    );
  expect(text).toMatch(/rampwright_http_request_duration_seconds_bucket\{le="10",surface="evaluateAll"\} 1\n/);
  expect(text).toMatch(/rampwright_http_request_duration_seconds_sum\{surface="evaluateAll"\} 0\.\d+\n/);
});
