import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createDatabase } from '../services/postgres.ts';
import { TcpProxy } from '../services/tcp-proxy.ts';
import { aFlag } from './builders.ts';
import { PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

let server: TestServer;
let wire: TcpProxy;
let drop: () => Promise<void>;
let evaluate: () => ReturnType<TestServer['call']>;

beforeAll(async () => {
  const database = await createDatabase(inject('postgresUrl'));
  drop = database.drop;
  const url = new URL(database.url);
  wire = await TcpProxy.start({ host: url.hostname, port: Number(url.port) });
  url.port = String(wire.port);
  server = await startTestServer({ databaseUrl: url.href });
  await server.call('PUT', `${PRODUCTION}/flags/thing`, aFlag());
  const key = await server.createKey('evaluate');
  evaluate = () =>
    server.call('POST', '/ofrep/v1/evaluate/flags/thing', { context: {} }, { authorization: `Bearer ${key}` });
  await evaluate();
});
afterAll(async () => {
  await server.close();
  await wire.stop();
  await drop();
});

it('while the database is away evaluation goes on, writes are refused with a hint, and the process says that it is not ready', async () => {
  wire.cut();
  await expect.poll(async () => (await server.call('GET', '/readyz')).status).toBe(503);
  const away = await server.call('PUT', `${PRODUCTION}/flags/thing`, aFlag({ defaultVariant: 'on' }));
  expect(away).toMatchObject({ status: 503, body: { type: 'urn:rampwright:problem:unavailable' } });
  expect(away.headers.get('retry-after')).toBe('2');
  expect(await evaluate()).toMatchObject({ status: 200, body: { variant: 'off' } });
  expect((await server.call('GET', '/livez')).status).toBe(200);
});

it('once it is back everything works again by itself', async () => {
  wire.mend();
  await expect.poll(async () => (await server.call('GET', '/readyz')).status).toBe(200);
  expect((await server.call('PUT', `${PRODUCTION}/flags/thing`, aFlag({ defaultVariant: 'on' }))).status).toBe(200);
  expect(await evaluate()).toMatchObject({ status: 200, body: { variant: 'on' } });
});
