import { once } from 'node:events';
import { createServer, get, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import express from 'express';
import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { durationBinOf, type ReportRow } from '../../../domain/index.ts';
import { type RampwrightClient, rampwrightExpress, rampwrightFastify } from '../../../provider/index.ts';
import { anOverlay, aSnapshot, type FlagServer } from '../flag-server.ts';
import { aClient, aServer, cleanUp, unitsServed } from '../harness.ts';
import { type ManualClock, settle } from '../manual-clock.ts';

/** What an application under test is given: `work` evaluates the flag for `?user=` and takes `?ms=`. */
interface World {
  readonly server: FlagServer;
  readonly client: RampwrightClient;
  readonly clock: ManualClock;
  readonly treated: string;
  readonly controlled: string;
  work(query: Readonly<Record<string, unknown>>): void;
  /** Rows by variant after everything is reported. */
  report(): Promise<Partial<Record<string, ReportRow>>>;
}

async function aWorld(): Promise<World> {
  const server = await aServer(aSnapshot({ rollouts: [anOverlay()] }));
  const { client, clock, close } = aClient(server);
  await client.ready();
  const [[treated], [controlled]] = [await unitsServed(server, 'on', 1), await unitsServed(server, 'off', 1)];
  return {
    server,
    client,
    clock,
    treated: treated!,
    controlled: controlled!,
    work({ user, ms }) {
      client.boolean('checkout', false, { targetingKey: String(user) });
      clock.advance(Number(ms ?? 0));
    },
    async report() {
      await close();
      return Object.fromEntries(server.rows.map((row) => [row.variant, row]));
    },
  };
}

async function aFastifyApp({ client, work }: World): Promise<string> {
  const app = fastify();
  app.register(rampwrightFastify(client));
  app.register(async (sibling) => {
    sibling.get<{ Querystring: { user: string } }>('/work', async ({ query }) => {
      work(query);
      return 'done';
    });
    sibling.post<{ Querystring: { user: string } }>('/posted', async ({ query }) => {
      work(query);
      return 'done';
    });
    sibling.get<{ Querystring: { user: string } }>('/broken', async ({ query }) => {
      work(query);
      throw new Error('broken');
    });
    sibling.get<{ Querystring: { user: string } }>('/missing', async ({ query }, reply) => {
      work(query);
      return reply.code(404).send('no such thing');
    });
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  cleanUp(() => app.close());
  return url;
}

async function anExpressApp({ client, work, clock }: World): Promise<string> {
  const app = express();
  app.use(rampwrightExpress(client));
  app.use(express.json());
  app.get('/work', (request, response) => {
    work(request.query);
    response.send('done');
  });
  app.post('/posted', (request, response) => {
    work(request.query);
    response.send('done');
  });
  app.get('/broken', (request) => {
    work(request.query);
    throw new Error('broken');
  });
  app.get('/missing', (request, response) => {
    work(request.query);
    response.status(404).send('no such thing');
  });
  app.get('/streamed', async (request, response) => {
    work(request.query);
    response.write('first');
    clock.advance(400);
    response.end('last');
  });
  app.get('/torn', async (request, response) => {
    work(request.query);
    const source = Readable.from(
      (async function* () {
        yield 'first';
        throw new Error('torn');
      })(),
    );
    await pipeline(source, response).catch(() => {});
  });
  app.set('env', 'test');
  return aListening(app);
}

async function aListening(handler: Parameters<typeof createServer>[1]): Promise<string> {
  const web = createServer(handler);
  web.listen(0, '127.0.0.1');
  await once(web, 'listening');
  cleanUp(() => web.close().closeAllConnections());
  return `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
}

/** One bin for each duration that was given. */
function bins(...durationsMs: readonly number[]) {
  return Object.fromEntries(durationsMs.map((durationMs) => [durationBinOf(durationMs), 1]));
}

describe.each([
  ['Fastify', aFastifyApp],
  ['Express', anExpressApp],
])('%s', (_name, anApp) => {
  it('books errors and durations to the variant that the request was served', async () => {
    const world = await aWorld();
    const url = await anApp(world);
    const { treated, controlled } = world;
    expect((await fetch(`${url}/broken?user=${treated}&ms=200`)).status).toBe(500);
    expect((await fetch(`${url}/work?user=${controlled}&ms=30`)).status).toBe(200);
    const { on, off } = await world.report();
    expect(on).toMatchObject({
      units: 1,
      requests: 1,
      metrics: { errors: { exposures: 1, events: 1 }, latency: { exposures: 1, bins: bins(200) } },
    });
    expect(off).toMatchObject({
      units: 1,
      requests: 1,
      metrics: { errors: { exposures: 1, events: 0 }, latency: { exposures: 1, bins: bins(30) } },
    });
  });

  it('counts a unit once however often it tries, and answers below 500 as no error', async () => {
    const world = await aWorld();
    const url = await anApp(world);
    for (const path of ['missing', 'broken', 'broken', 'broken', 'work']) {
      await fetch(`${url}/${path}?user=${world.treated}&ms=1`);
    }
    const { on } = await world.report();
    expect(on).toMatchObject({ units: 1, newUnits: 1, requests: 5, metrics: { errors: { exposures: 1, events: 1 } } });
  });

  it('keeps the scope while a body arrives', async () => {
    const world = await aWorld();
    const url = new URL(await anApp(world));
    const sent = httpRequest(new URL(`/posted?user=${world.treated}&ms=5`, url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': '7', expect: '100-continue' },
    });
    sent.flushHeaders();
    await once(sent, 'continue');
    await settle();
    sent.write('{"a"');
    await settle();
    sent.end(':1}');
    const [response] = await once(sent, 'response');
    expect(response.statusCode).toBe(200);
    response.resume();
    const { on } = await world.report();
    expect(on).toMatchObject({ requests: 1, metrics: { latency: { exposures: 1 } } });
  });

  it('does not mix requests that run at the same time', async () => {
    const world = await aWorld();
    const url = await anApp(world);
    const { treated, controlled } = world;
    const paths = Array.from({ length: 40 }, (_, index) => {
      return index % 2 === 0 ? `/broken?user=${treated}` : `/work?user=${controlled}`;
    });
    await Promise.all(paths.map(async (path) => (await fetch(url + path)).text()));
    const { on, off } = await world.report();
    expect(on).toMatchObject({ requests: 20, metrics: { errors: { exposures: 1, events: 1 } } });
    expect(off).toMatchObject({ requests: 20, metrics: { errors: { exposures: 1, events: 0 } } });
  });
});

describe('responses that end otherwise', () => {
  it('counts a streamed response until its last byte', async () => {
    const world = await aWorld();
    const url = await anExpressApp(world);
    expect(await (await fetch(`${url}/streamed?user=${world.treated}&ms=100`)).text()).toBe('firstlast');
    expect((await world.report())['on']?.metrics).toMatchObject({
      errors: { events: 0 },
      latency: { exposures: 1, bins: bins(500) },
    });
  });

  it('counts a response that its handler tore as an error', async () => {
    const world = await aWorld();
    const url = await anExpressApp(world);
    await expect(fetch(`${url}/torn?user=${world.treated}`).then((response) => response.text())).rejects.toThrow();
    expect((await world.report())['on']?.metrics['errors']).toMatchObject({ exposures: 1, events: 1 });
  });

  it('counts a request that the caller aborts, and not as an error', async () => {
    const world = await aWorld();
    const app = express();
    let isClosed = false;
    app.use(rampwrightExpress(world.client));
    app.get('/', (request, response) => {
      world.work(request.query);
      response.write('first');
      response.once('close', () => {
        isClosed = true;
      });
    });
    const sent = get(`${await aListening(app)}/?user=${world.treated}&ms=70`);
    const [response] = await once(sent, 'response');
    response.on('error', () => {});
    sent.destroy();
    await expect.poll(() => isClosed).toBe(true);
    expect((await world.report())['on']).toMatchObject({
      requests: 1,
      metrics: { errors: { exposures: 1, events: 0 }, latency: { exposures: 1, bins: bins(70) } },
    });
  });

  it('lets the application say which status is an error', async () => {
    const world = await aWorld();
    const app = express();
    app.use(rampwrightExpress(world.client, { isError: (statusCode) => statusCode === 404 }));
    app.get('/', (request, response) => {
      world.work(request.query);
      response.sendStatus(404);
    });
    const url = await aListening(app);
    await fetch(`${url}/?user=${world.treated}`);
    expect((await world.report())['on']?.metrics['errors']).toMatchObject({ events: 1 });
  });
});
