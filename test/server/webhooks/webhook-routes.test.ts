import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFlag } from '../builders.ts';
import { runCli } from '../cli-process.ts';
import { PRODUCTION, startTestServer, type TestServer } from '../running-server.ts';
import { type Receiver, startReceiver } from './receiver.ts';

const WEBHOOKS = `${PRODUCTION}/webhooks`;

let server: TestServer;
let receiver: Receiver;

beforeAll(async () => {
  receiver = await startReceiver();
  const { host } = new URL(receiver.url);
  server = await startTestServer({ webhookHosts: [host], publicUrl: 'https://flags.example.com' });
});
afterAll(async () => {
  await server.close();
  await receiver.close();
});

const cli = (...args: string[]) =>
  runCli(args, { env: { RAMPWRIGHT_URL: server.url, RAMPWRIGHT_KEY: server.adminKey } });
const signatureOf = (secret: string, message: Receiver['received'][number]) => {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signed = `${message.headers['webhook-id']}.${message.headers['webhook-timestamp']}.${message.body}`;
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
};

describe('webhooks over HTTP', () => {
  it('are told what happens, signed with a secret that is shown once', async () => {
    const body = { webhook: 'ops', url: `${receiver.url}/ops`, kinds: ['flag.changed'] };
    const made = await server.call('POST', WEBHOOKS, body);
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const { secret } = made.body;
    expect(secret).toMatch(/^whsec_/);
    const listed = await server.call('GET', WEBHOOKS);
    expect(listed.body.webhooks).toEqual([made.body.webhook]);
    expect(JSON.stringify(listed.body)).not.toMatch(/whsec_|secret/i);
    await server.call('PUT', `${PRODUCTION}/flags/thing`, aFlag());
    await expect.poll(() => receiver.at('/ops').length).toBe(1);
    const [message] = receiver.at('/ops');
    expect(message!.headers['webhook-signature']).toBe(signatureOf(secret, message!));
    expect(JSON.parse(message!.body)).toMatchObject({
      type: 'flag.changed',
      data: {
        subject: 'thing',
        actorName: expect.stringMatching(/\S/),
        link: 'https://flags.example.com/console/#/flags/thing',
      },
    });
    const rotated = (await server.call('POST', `${WEBHOOKS}/ops/rotate`, { overlapMs: 60_000 })).body.secret;
    expect((await server.call('POST', `${WEBHOOKS}/ops/test`)).body).toEqual({
      isAccepted: true,
      outcome: 'status 204',
    });
    const tested = receiver.at('/ops')[1]!;
    expect(tested.headers['webhook-signature']).toBe(`${signatureOf(rotated, tested)} ${signatureOf(secret, tested)}`);
  });

  it('of Slack are posted a text, and show no more of their address than its host', async () => {
    const body = { webhook: 'team', url: `${receiver.url}/T0/B0/secret`, format: 'slack', kinds: ['flag.changed'] };
    const made = await server.call('POST', WEBHOOKS, body);
    expect(made.body).toMatchObject({ secret: null, webhook: { url: `${receiver.url}/…` } });
    expect((await server.call('POST', `${WEBHOOKS}/team/rotate`, {})).status).toBe(404);
    await server.call('POST', `${WEBHOOKS}/team/test`);
    const [message] = receiver.at('/T0/B0/secret');
    expect(JSON.parse(message!.body).text).toContain('team (production): *this is a test*');
    expect(message!.headers).not.toHaveProperty('webhook-signature');
    const seen = [await server.call('GET', WEBHOOKS), await server.call('GET', `${PRODUCTION}/audit`)];
    expect(JSON.stringify(seen.map((answer) => answer.body))).not.toContain('/T0/B0');
  });

  it.each([
    ['https://127.0.0.1/x', 422, 'webhookForbidden'],
    ['http://hooks.example.com/x', 422, 'webhookForbidden'],
    ['', 400, 'invalidRequest'],
  ])('to %j are refused', async (url, status, code) => {
    const refused = await server.call('POST', WEBHOOKS, { webhook: 'bad', url, kinds: ['flag.changed'] });
    expect(refused).toMatchObject({ status, body: { type: `urn:rampwright:problem:${code}` } });
    const kinds = await server.call('POST', WEBHOOKS, { webhook: 'bad', url: `${receiver.url}/x`, kinds: ['weather'] });
    expect(kinds.status).toBe(400);
  });

  it('of other tenants and environments are not there', async () => {
    const other = (await server.call('POST', '/api/v1/environments', { environment: 'staging' })).status;
    expect(other).toBe(201);
    for (const [method, path] of [
      ['GET', 'ops/deliveries'],
      ['POST', 'ops/test'],
      ['POST', 'ops/enable'],
      ['DELETE', 'ops'],
    ] as const)
      expect((await server.call(method, `/api/v1/environments/staging/webhooks/${path}`)).status, path).toBe(404);
  });
});

describe('webhooks on the command line', () => {
  it('are added, listed, tried, looked into and removed', async () => {
    const added = await cli('webhooks', 'add', 'by-cli', `${receiver.url}/cli`, '--events', 'all');
    expect(added.code, added.error).toBe(0);
    expect(added.out).toMatch(/^whsec_\S+\n$/);
    expect((await cli('webhooks', 'list')).out).toMatch(/^by-cli +http:\S+\/cli +standard +all +good$/m);
    expect((await cli('webhooks', 'test', 'by-cli')).out).toBe('"by-cli" accepted it: status 204.\n');
    await server.call('PUT', `${PRODUCTION}/flags/other`, aFlag());
    await expect.poll(() => receiver.at('/cli').length).toBe(2);
    await expect
      .poll(async () => (await cli('webhooks', 'deliveries', 'by-cli')).out)
      .toMatch(/flag\.changed +other +delivered +1 +status 204/);
    expect((await cli('webhooks', 'remove', 'by-cli')).out).toBe('"by-cli" is removed.\n');
    expect(await cli('webhooks', 'test', 'by-cli')).toMatchObject({
      code: 1,
      error: expect.stringContaining('no such'),
    });
  });
});
