import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { LearningStorage, Webhook } from '../../../domain/index.ts';
import { postMessage } from '../../../server/webhooks/post-message.ts';
import { sendMessage } from '../../../server/webhooks/send-message.ts';
import { type RunningWebhooks, startWebhooks } from '../../../server/webhooks/start-webhooks.ts';
import { WebhookTelemetry } from '../../../server/webhooks/webhook-telemetry.ts';
import { openPostgresStorage } from '../../../storage/index.ts';
import { createDatabase } from '../../services/postgres.ts';
import { aFlag, BY_TESTER } from '../../storage/builders.ts';
import { type Receiver, startReceiver } from './receiver.ts';

const never = new AbortController().signal;

let storage: LearningStorage;
let dropDatabase: () => Promise<void>;
let receiver: Receiver;
let running: RunningWebhooks | undefined;
let endlessIsCut = false;
let registry = new Registry();
const errors: unknown[] = [];

beforeAll(async () => {
  const database = await createDatabase(inject('postgresUrl'));
  dropDatabase = database.drop;
  storage = await openPostgresStorage({ databaseUrl: database.url, onError: (error) => errors.push(error) });
  receiver = await startReceiver({
    '/fails-twice': (response, count) => response.writeHead(count <= 2 ? 503 : 200).end(),
    '/redirects': (response) => response.writeHead(302, { location: '/elsewhere' }).end(),
    '/gone': (response) => response.writeHead(410).end(),
    '/hangs': () => {},
    '/endless': (response) => {
      response.writeHead(200);
      response.on('close', () => {
        endlessIsCut = true;
      });
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
      };
      response.on('drain', more);
      more();
    },
  });
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  expect(errors).toEqual([]);
});
afterAll(async () => {
  await receiver.close();
  await storage.close();
  await dropDatabase();
});

/** Starts to tell webhooks, with retries that do not wait. */
function start() {
  registry = new Registry();
  running = startWebhooks({
    deliveries: storage.deliveries,
    telemetry: new WebhookTelemetry(registry),
    random: () => 0,
    allowedHosts: ['127.0.0.1'],
    publicUrl: null,
    onError: (error) => errors.push(error),
  });
}

/** An environment with a webhook for each path, told of flags. */
async function anEnvironment(environment: string, ...paths: readonly string[]) {
  const scope = { tenant: 'acme', environment };
  await storage.flags.createEnvironment(scope);
  for (const path of paths) {
    await storage.webhooks.create(
      scope,
      {
        webhook: path.slice(1),
        url: `${receiver.url}${path}`,
        format: 'standard',
        kinds: ['flag.changed'],
        secret: Buffer.alloc(32, 1),
      },
      BY_TESTER,
    );
  }
  const change = (flag: string) => storage.flags.writeFlag(scope, flag, aFlag, BY_TESTER);
  const deliveries = (name: string) => storage.deliveries.list(scope, name, 10);
  return { scope, change, deliveries };
}

describe('messages', () => {
  it('are none at first', async () => {
    expect(await storage.deliveries.waiting()).toEqual({ hasNotices: false, oldestAgeMs: null });
  });

  it('of what happened while no process ran are sent when one does, and again under the same id until they are taken', async () => {
    const { change, deliveries } = await anEnvironment('recovers', '/fails-twice');
    await change('checkout');
    start();
    await expect.poll(async () => (await deliveries('fails-twice'))[0]?.state).toBe('delivered');
    expect(await deliveries('fails-twice')).toMatchObject([{ attemptCount: 3, lastOutcome: 'status 200' }]);
    const attempts = receiver.at('/fails-twice');
    expect(new Set(attempts.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(attempts.map(({ body }) => body)).size).toBe(1);
    expect(JSON.parse(attempts[0]!.body)).toMatchObject({ type: 'flag.changed', data: { subject: 'checkout' } });
    const text = await registry.metrics();
    expect(text).toContain('rampwright_webhook_deliveries_total{outcome="retried"} 2');
    expect(text).toContain('rampwright_webhook_deliveries_total{outcome="delivered"} 1');
    expect(text).toContain('rampwright_webhook_oldest_pending_seconds');
  });

  it('to a receiver that hangs do not hold up those to others', async () => {
    const { change, deliveries } = await anEnvironment('hangs', '/hangs', '/quick');
    for (let number = 0; number < 6; number += 1) await change(`flag-${number}`);
    start();
    await expect.poll(() => receiver.at('/quick').length).toBe(6);
    expect(receiver.at('/hangs').length).toBe(4);
    await running!.stop();
    // Cut off by the end of the process, they are no failures of the receiver.
    expect((await deliveries('hangs')).map(({ state, attemptCount }) => [state, attemptCount])).toEqual(
      Array.from({ length: 6 }, () => ['pending', 0]),
    );
  });

  it('do not follow redirects', async () => {
    const { change, deliveries } = await anEnvironment('redirects', '/redirects');
    await change('checkout');
    start();
    await expect
      .poll(async () => (await deliveries('redirects'))[0]?.lastOutcome)
      .toBe('status 302 (redirects are not followed)');
    expect(receiver.at('/elsewhere')).toEqual([]);
  });

  it('to a receiver that is gone disable its webhook, with an entry in the audit', async () => {
    const { scope, change } = await anEnvironment('gone', '/gone');
    await change('checkout');
    start();
    const webhook = async (): Promise<Webhook | undefined> => (await storage.webhooks.list(scope))[0];
    await expect.poll(async () => (await webhook())?.isEnabled).toBe(false);
    const [entry] = await storage.audit.list(scope, { limit: 1 });
    expect(entry).toMatchObject({ action: 'webhookDisabled', target: 'gone', reason: expect.stringContaining('410') });
  });
});

describe('one attempt', () => {
  const event = {
    kind: 'test',
    tenant: 'acme',
    environment: 'production',
    atMs: 0,
    subject: 'ops',
    action: 'test',
    actor: 'tester',
    actorName: null,
    reason: null,
    details: {},
  } as const;
  const send = (url: string, allowedHosts: readonly string[], stop = never) => {
    const webhook = {
      webhook: 'ops',
      url,
      format: 'standard' as const,
      kinds: [],
      isEnabled: true,
      disabledBecause: null,
      failingSinceMs: null,
      createdAtMs: 0,
      secret: Buffer.alloc(32, 1),
      previous: null,
    };
    return sendMessage({ webhook, eventId: 'msg_1', event, nowMs: 0 }, { allowedHosts, publicUrl: null }, stop);
  };

  it('goes to the very address that was checked, whatever its name means', async () => {
    const port = Number(new URL(receiver.url).port);
    const url = new URL(`http://rebound.invalid:${port}/pinned`);
    const answer = await postMessage({ url, address: '127.0.0.1', family: 4 }, '{}', {}, never);
    expect(answer).toEqual({ status: 204, retryAfterSeconds: null });
    expect(receiver.at('/pinned')[0]!.headers.host).toBe(`rebound.invalid:${port}`);
  });

  it('to a private address that nobody allowed makes no connection', async () => {
    const before = receiver.received.length;
    const { port } = new URL(receiver.url);
    for (const url of [
      receiver.url,
      `https://localhost:8443/x`,
      `https://127.0.0.1:${port}/`,
      `http://localhost:${port}/`,
    ])
      expect(await send(url, []), url).toMatchObject({
        isAccepted: false,
        outcome: expect.stringContaining('may not'),
      });
    expect(receiver.received).toHaveLength(before);
  });

  it('that is stopped says that there was no answer', async () => {
    const stop = new AbortController();
    const hanging = receiver.at('/hangs').length;
    const attempt = send(`${receiver.url}/hangs`, ['127.0.0.1'], stop.signal);
    await expect.poll(() => receiver.at('/hangs').length).toBe(hanging + 1);
    stop.abort();
    expect(await attempt).toMatchObject({ isAccepted: false, outcome: 'no answer in time' });
  });

  it('does not read an answer without end', async () => {
    expect(await send(`${receiver.url}/endless`, ['127.0.0.1'])).toMatchObject({ isAccepted: true });
    await expect.poll(() => endlessIsCut).toBe(true);
  });

  it('to nobody is a failure in words', async () => {
    expect((await send('http://127.0.0.1:1/', ['127.0.0.1'])).outcome).toBe('no answer (ECONNREFUSED)');
  });
});
