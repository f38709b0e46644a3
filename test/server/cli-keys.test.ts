import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './cli-process.ts';
import { startTestServer, type TestServer } from './running-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const cli = (key: string, ...args: string[]) =>
  runCli(args, { env: { RAMPWRIGHT_URL: server.url, RAMPWRIGHT_KEY: key } });

describe('keys on the command line', () => {
  it('are made, listed, given a new secret and revoked', async () => {
    const made = await cli(
      server.adminKey,
      'keys',
      'create',
      'web',
      '--scopes',
      'evaluate',
      'ingest',
      '--until',
      '90d',
    );
    expect(made.code, made.error).toBe(0);
    const token = made.out.trim();
    expect(token).toMatch(/^\S+$/);
    const snapshot = (of: string) => fetch(`${server.url}/api/v1/snapshot`, { headers: { 'x-api-key': of } });
    expect((await snapshot(token)).status).toBe(200);

    const keyId = /Key "(\S+)" \(evaluate, ingest\)/.exec(made.error)![1]!;
    expect((await cli(server.adminKey, 'keys', 'list')).out).toMatch(
      new RegExp(`${keyId} +web +production +evaluate, ingest +until 2`),
    );

    const renewed = (await cli(server.adminKey, 'keys', 'rotate', keyId, '--overlap', '0m')).out.trim();
    expect((await snapshot(renewed)).status).toBe(200);
    expect((await snapshot(token)).status).toBe(401);

    expect(await cli(server.adminKey, 'keys', 'revoke', keyId)).toMatchObject({
      code: 0,
      out: `"${keyId}" is revoked.\n`,
    });
    expect((await snapshot(renewed)).status).toBe(401);
    expect((await cli(server.adminKey, 'keys', 'revoke', keyId)).code).toBe(1);
  });

  it('open a tenant of their own, which is made by who runs the server', async () => {
    expect((await cli(server.adminKey, 'tenants', 'create', 'acme')).code).toBe(0);
    const first = (await cli(server.adminKey, 'tenants', 'key', 'acme', 'first')).out.trim();
    expect((await cli(server.adminKey, 'tenants', 'list')).out).toMatch(/^acme +2/m);
    expect((await cli(first, 'flags', 'list')).out).toBe('(none)\n');
    expect(await cli(first, 'tenants', 'list')).toMatchObject({ code: 1, error: expect.stringContaining('platform') });
  });
});
