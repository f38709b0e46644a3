import { createServer, type ServerResponse } from 'node:http';
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { ClientProviderEvents, OpenFeature, type Provider } from '@openfeature/web-sdk';
import { EventSource } from 'eventsource';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiKey, DEFAULT_SETTINGS, type FlagStore, type KeyStore } from '../../domain/index.ts';
import { createAuthenticator } from '../../server/api-keys.ts';
import { streamEvents } from '../../server/http/ofrep/event-stream.ts';
import { StreamSlots } from '../../server/http/ofrep/stream-slots.ts';
import { holderOfTicket, issueTicket } from '../../server/http/ofrep/stream-ticket.ts';
import { SnapshotPublisher } from '../../server/snapshot-publisher.ts';
import { aFlag } from './builders.ts';
import { callApi, PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

const SCOPE = { tenant: 'default', environment: 'production' };
const HOLDER: ApiKey = {
  ...SCOPE,
  keyId: 'abcdefghijkl',
  name: 'web',
  scopes: ['client'],
  createdAtMs: 0,
  expiresAtMs: null,
  isRevoked: false,
};

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await startTestServer();
  key = await server.createKey('client');
  await flip('off');
});
afterAll(() => server.close());

const flip = (defaultVariant: string) =>
  server.call('PUT', `${PRODUCTION}/flags/banner`, aFlag({ defaultVariant, metadata: { clientVisible: true } }));
const bulk = (token = key) =>
  callApi(`${server.url}/ofrep/v1/evaluate/flags`, 'POST', {}, { authorization: `Bearer ${token}` });
const streamAddress = async (token = key) =>
  `${server.url}${(await bulk(token)).body.eventStreams[0].endpoint.requestUri}`;

/** Opens a stream and collects its text until it is stopped. */
async function listen(address: string, headers: Readonly<Record<string, string>> = {}) {
  const stop = new AbortController();
  const response = await fetch(address, { headers, signal: stop.signal });
  const heard = { response, text: '', isOver: false, stop: () => stop.abort() };
  const read = async () => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) heard.text += chunk;
  };
  void read()
    .catch(() => undefined)
    .finally(() => {
      heard.isOver = true;
    });
  return heard;
}

describe('the event stream', () => {
  it('is named by every bulk answer, and tells of every change', async () => {
    const { body } = await bulk();
    expect(body.eventStreams).toEqual([
      {
        type: 'sse',
        endpoint: { requestUri: expect.stringMatching(/^\/ofrep\/v1\/events\?ticket=/) },
        inactivityDelaySec: 120,
      },
    ]);
    const heard = await listen(`${server.url}${body.eventStreams[0].endpoint.requestUri}`);
    expect(heard.response.headers.get('content-type')).toBe('text/event-stream');
    expect(heard.response.headers.get('x-accel-buffering')).toBe('no');
    await expect.poll(() => heard.text).toMatch(/^retry: \d{4}\nid: \d+\.\d+\n\n$/);
    await flip('on');
    await expect.poll(() => heard.text).toContain('data: ');
    const [, id, data] = /id: (\d+\.\d+)\ndata: (.*)\n\n$/.exec(heard.text)!;
    const { etag, lastModified, type } = JSON.parse(data!);
    expect(type).toBe('refetchEvaluation');
    expect(etag).toMatch(new RegExp(`^"${id!.replace('.', '\\.')}-`));
    expect(Math.abs(lastModified - Date.now() / 1000)).toBeLessThan(60);
    const query = `?flagConfigEtag=${encodeURIComponent(etag)}&flagConfigLastModified=${lastModified}`;
    const refetched = await callApi(`${server.url}/ofrep/v1/evaluate/flags${query}`, 'POST', {}, { 'x-api-key': key });
    expect(refetched.body.flags[0].value).toBe(true);
    heard.stop();
  });

  it('tells a reader at once what it missed between its answer and its stream, or while the stream was broken', async () => {
    const address = await streamAddress();
    const [current] = /\d+\.\d+$/.exec(address)!;
    const [epoch, version] = current.split('.');
    await flip('off');
    const late = await listen(address);
    await expect.poll(() => late.text).toContain('refetchEvaluation');
    const again = await listen(await streamAddress(), { 'last-event-id': current });
    await expect.poll(() => again.text).toContain('refetchEvaluation');
    const upToDate = await listen(address, { 'last-event-id': `${epoch}.${Number(version) + 1}` });
    await expect.poll(() => upToDate.text).toContain('retry');
    expect(upToDate.text).not.toContain('refetchEvaluation');
    for (const heard of [late, again, upToDate]) heard.stop();
  });

  it('is refused without a ticket, with a forged one, with that of a revoked key', async () => {
    const address = await streamAddress();
    const status = async (url: string) => {
      const heard = await listen(url);
      heard.stop();
      return heard.response.status;
    };
    expect(await status(address)).toBe(200);
    expect(await status(`${server.url}/ofrep/v1/events`)).toBe(401);
    const ticket = new URL(address).searchParams.get('ticket')!;
    const [keyId, window, signature] = ticket.split('.');
    const other = (await server.createKey('client')).split('_')[2];
    for (const forgedTicket of [
      `${other}.${window}.${signature}`,
      `${keyId}.${Number(window) + 1}.${signature}`,
      `${keyId}.${window}.${signature!.startsWith('A') ? 'B' : 'A'}${signature!.slice(1)}`,
      `${ticket}A`,
      key,
      '',
    ]) {
      const forged = address.replace(ticket, forgedTicket);
      expect(forged).not.toBe(address);
      expect(await status(forged), forged).toBe(401);
    }
    expect(await status(`${address}&ticket=${ticket}`)).toBe(401);
    const doomed = await server.createKey('client');
    const doomedAddress = await streamAddress(doomed);
    const heard = await listen(doomedAddress);
    expect(heard.response.status).toBe(200);
    await server.call('DELETE', `/api/v1/keys/${doomed.split('_')[2]}`);
    await expect.poll(() => heard.isOver).toBe(true);
    expect(await status(doomedAddress)).toBe(401);
  });
});

/** A publisher and an authenticator over stores that hold one environment and one key. */
function aProcess(ticketSecret: Uint8Array = Buffer.alloc(32, 7)) {
  const state = {
    epoch: 1,
    version: 7,
    flagSet: { flags: {} },
    rollouts: [],
    settings: DEFAULT_SETTINGS,
    ticketSecret,
  };
  const keys = { findKey: async () => ({ ...HOLDER, secretHash: Buffer.alloc(32) }) };
  const publisher = new SnapshotPublisher({ readPublished: async () => ({ ...state }) } as unknown as FlagStore);
  return {
    publisher,
    authenticator: createAuthenticator(keys as unknown as KeyStore, () => 0),
    /** Publishes one more version. */
    change: async () => {
      state.version += 1;
      await publisher.refresh(SCOPE);
    },
  };
}

describe('a ticket', () => {
  const ticketSecret = Buffer.alloc(32, 7);
  const openedAt = (ticket: string, nowMs: number, secret: Uint8Array = ticketSecret) =>
    holderOfTicket(ticket, { ...aProcess(secret), clock: { nowMs: () => nowMs } });

  it('opens streams for at least five and at most ten minutes', async () => {
    for (const issuedAtMs of [1_800_000_000_000, 1_800_000_299_999, 1_800_000_123_456]) {
      const ticket = issueTicket(HOLDER, ticketSecret, issuedAtMs);
      expect(await openedAt(ticket, issuedAtMs + 300_000)).toMatchObject(HOLDER);
      expect(await openedAt(ticket, issuedAtMs + 600_000)).toBeUndefined();
    }
  });

  it('of one environment does not open the stream of another', async () => {
    const ticket = issueTicket(HOLDER, ticketSecret, 1_800_000_000_000);
    expect(await openedAt(ticket, 1_800_000_000_000, Buffer.alloc(32, 8))).toBeUndefined();
    const elsewhere = issueTicket({ ...HOLDER, environment: 'staging' }, ticketSecret, 1_800_000_000_000);
    expect(await openedAt(elsewhere, 1_800_000_000_000)).toBeUndefined();
  });
});

describe('a reader', () => {
  /** Streams to one reader, with news at will. */
  async function streamTo(read: (address: string) => Promise<unknown>, heartbeatMs = 10) {
    const { publisher, change } = aProcess();
    await publisher.require(SCOPE);
    const state = { response: undefined as ServerResponse | undefined };
    const web = createServer((_request, response) => {
      state.response = response;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      streamEvents(response, {
        scope: SCOPE,
        publisher,
        known: undefined,
        heartbeatMs,
        nowMs: () => 0,
      });
    });
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const reading = await read(`http://127.0.0.1:${(web.address() as { port: number }).port}`);
    const close = () => {
      web.closeAllConnections();
      web.close();
    };
    return { state, change, reading, close };
  }

  it('hears heartbeats', async () => {
    const { reading, close } = await streamTo(listen);
    const heard = reading as Awaited<ReturnType<typeof listen>>;
    await expect.poll(() => heard.text.split(': heartbeat\n\n').length).toBeGreaterThan(2);
    expect(heard.isOver).toBe(false);
    heard.stop();
    close();
  });

  it('that does not read is cut off before much waits for it', async () => {
    const { state, change, close } = await streamTo(async (address) => {
      const response = await fetch(address);
      return response.body!.getReader();
    }, 60_000);
    const response = state.response!;
    let mostPendingBytes = 0;
    for (let version = 0; version < 500_000 && !response.destroyed; version++) {
      await change();
      mostPendingBytes = Math.max(mostPendingBytes, response.writableLength);
    }
    expect(response.destroyed).toBe(true);
    expect(mostPendingBytes).toBeLessThan(32 * 1024);
    close();
  });

  it('has at most so many streams with one key', () => {
    const slots = new StreamSlots(2);
    expect([slots.take('a'), slots.take('a'), slots.take('a'), slots.take('b')]).toEqual([true, true, false, true]);
    slots.release('a');
    expect([slots.take('a'), slots.take('a')]).toEqual([true, false]);
  });
});

it('the official web provider fetches by itself when a flag flips', async () => {
  globalThis.EventSource = EventSource as never;
  await flip('off');
  const provider = new OFREPWebProvider({
    baseUrl: server.url,
    headers: [['Authorization', `Bearer ${key}`]],
    cacheMode: 'disabled',
  });
  const changes: unknown[] = [];
  try {
    await OpenFeature.setContext({ targetingKey: 'user-1' });
    await OpenFeature.setProviderAndWait(provider as Provider);
    OpenFeature.addHandler(ClientProviderEvents.ConfigurationChanged, (event) => {
      changes.push(event?.flagsChanged);
    });
    const web = OpenFeature.getClient();
    expect(web.getBooleanValue('banner', true)).toBe(false);
    for (const [variant, value] of [
      ['on', true],
      ['off', false],
      ['on', true],
    ] as const) {
      await flip(variant);
      await expect.poll(() => web.getBooleanValue('banner', !value), { interval: 10 }).toBe(value);
    }
    expect(changes).toEqual([['banner'], ['banner'], ['banner']]);
  } finally {
    await OpenFeature.close();
  }
});
