import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queryPrometheus } from '../../../server/sources/query-prometheus.ts';
import { freePort } from '../../services/free-port.ts';
import { aFlag, aRollout } from '../builders.ts';
import { PRODUCTION, startTestServer } from '../running-server.ts';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const SERIES = { metric: { __name__: 'a_total', variant: 'on' }, values: [[1_700_000_000.123, '5']] };
const success = (result: unknown, more = {}) =>
  JSON.stringify({ status: 'success', data: { resultType: 'matrix', result }, ...more });
const json =
  (text: string, status = 200): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);

/** Something that is asked as if it were Prometheus. */
class Impostor {
  answer: Answer = json(success([SERIES]));
  readonly requests: IncomingMessage[] = [];
  readonly #server: Server = createServer((request, response) => {
    this.requests.push(request);
    this.answer(response, request);
  });
  url = '';

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${(this.#server.address() as { readonly port: number }).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

const impostor = new Impostor();
beforeAll(() => impostor.start());
afterAll(() => impostor.close());

const ask = (access: { readonly url?: string; readonly token?: string } = {}) =>
  queryPrometheus(
    { url: impostor.url, token: null, ...access },
    { query: 'a_total[10ms]', atMs: 1_700_000_000_456 },
    new AbortController().signal,
  );
const failureOf = async (answer: Answer) => {
  impostor.answer = answer;
  return ask().then(
    () => 'nothing',
    (failure: { readonly fault: { readonly reason: string } }) => failure.fault.reason,
  );
};

describe('a query', () => {
  it('asks for the instant to the millisecond, below the path of the URL and with the token', async () => {
    impostor.answer = json(success([SERIES]));
    const series = await ask({ url: `${impostor.url}/prometheus/`, token: 'secret' });
    expect(series).toEqual([{ labels: SERIES.metric, samples: [{ atMs: 1_700_000_000_123, value: 5 }] }]);
    const request = impostor.requests.at(-1)!;
    const url = new URL(request.url!, impostor.url);
    expect(url.pathname).toBe('/prometheus/api/v1/query');
    expect(url.searchParams.get('query')).toBe('a_total[10ms]');
    expect(url.searchParams.get('time')).toBe('1700000000.456');
    expect(request.headers.authorization).toBe('Bearer secret');
  });

  it('passes on numbers that are none, for whoever counts to refuse', async () => {
    const values = ['NaN', '+Inf', '-3', '', 'six'].map((value, index) => [index, value]);
    impostor.answer = json(success([{ metric: {}, values }]));
    const [series] = await ask();
    expect(series?.samples.map(({ value }) => value)).toEqual([Number.NaN, Number.NaN, -3, Number.NaN, Number.NaN]);
  });

  it.each<[string, Answer]>([
    ['unauthorised', json('{}', 401)],
    ['unauthorised', json('{}', 403)],
    ['httpStatus', json('{"status":"error","error":"starting"}', 503)],
    ['httpStatus', json('{}', 429)],
    ['httpStatus', (response) => response.writeHead(400).end('<html>')],
    ['redirect', (response) => response.writeHead(302, { location: '/api/v1/query' }).end()],
    ['queryRefused', json('{"status":"error","errorType":"bad_data","error":"parse error"}', 400)],
    ['queryRefused', json('{"status":"error","errorType":"execution","error":"too many samples"}', 422)],
    ['queryRefused', json('{"status":"error"}')],
    ['queryRefused', json('{}')],
    ['partial', json(success([SERIES], { warnings: ['one store did not answer'] }))],
    ['notJson', (response) => response.end('<!doctype html><title>Sign in</title>')],
    ['notJson', (response) => response.end('')],
    ['notJson', json('[]')],
    ['notJson', json('null')],
    ['notJson', json(success([SERIES]).slice(0, -2))],
    ['unexpectedAnswer', json('{"status":"success"}')],
    ['unexpectedAnswer', json('{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}')],
    ['unexpectedAnswer', json('{"status":"success","data":{"resultType":"constructor","result":[]}}')],
    ['unexpectedAnswer', json(success({}))],
    ['unexpectedAnswer', json(success([null]))],
    ['unexpectedAnswer', json(success([{ metric: { variant: 7 }, values: [] }]))],
    ['unexpectedAnswer', json(success([{ metric: {}, histograms: [[1, { count: '3' }]] }]))],
    ['unexpectedAnswer', json(success([{ metric: {}, values: [['1', '2']] }]))],
    ['unexpectedAnswer', json(success([{ metric: {}, values: [[1, 2]] }]))],
    ['unexpectedAnswer', json(success([{ metric: {}, values: [1] }]))],
    ['tooLarge', (response) => response.end(' '.repeat(17 * 1024 * 1024))],
    ['unreachable', (response) => response.destroy()],
    [
      'unreachable',
      (response) => response.writeHead(200, { 'content-length': '9' }).write('{"s', () => response.destroy()),
    ],
    ['timeout', (response) => response.writeHead(200).write('{"status":')],
  ])('fails as %s and gives no numbers', async (reason, answer) => {
    expect(await failureOf(answer)).toBe(reason);
  });

  it('fails as unreachable where nobody listens', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    await expect(ask({ url })).rejects.toMatchObject({
      fault: { reason: 'unreachable', detail: expect.stringContaining('ECONNREFUSED') },
    });
  });
});

describe('a server whose Prometheus is none', () => {
  it('counts the fault, reports nothing, and goes on once there is one', async () => {
    impostor.answer = (response) => response.end('<html>');
    const server = await startTestServer({ prometheus: { url: impostor.url, token: null, lagMs: 0 } });
    try {
      const source = { kind: 'prometheus', variantLabel: 'variant', exposures: 'a_total', events: 'b_total' };
      const metrics = [{ metric: 'errors', source }];
      await server.call('PUT', `${PRODUCTION}/flags/thing`, aFlag());
      await server.call('POST', `${PRODUCTION}/rollouts`, aRollout({ windowMs: 1_000, attributionMs: 0, metrics }));
      await server.call('POST', `${PRODUCTION}/rollouts/new-thing/start`);
      const figures = async () => (await server.call('GET', '/metrics')).body as string;
      const windows = async () =>
        (await server.call('GET', `${PRODUCTION}/rollouts/new-thing/windows`)).body.windows as unknown[];
      await expect.poll(figures).toMatch(/metric_source_errors_total\{source="prometheus",reason="notJson"\} [1-9]/);
      expect(await windows()).toEqual([]);
      impostor.answer = (response, request) => {
        const { searchParams } = new URL(request.url!, impostor.url);
        const [atMs, isExposures] = [
          Number(searchParams.get('time')),
          searchParams.get('query')?.startsWith('a_total'),
        ];
        const values = Array.from({ length: 20 }, (_, index) => [atMs - 10 + index / 2, String(100 + index)]);
        json(success(isExposures ? [{ ...SERIES, values }] : []))(response, request);
      };
      await expect.poll(async () => (await windows()).length).toBeGreaterThan(0);
    } finally {
      await server.close();
    }
  });
});
