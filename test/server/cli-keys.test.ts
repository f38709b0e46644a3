import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './cli-process.ts';
import { callApi, startTestServer, type TestServer } from './running-server.ts';

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

  it('are kept by login in a file of the owner only, for their server only, until logout', async () => {
    const home = mkdtempSync(join(tmpdir(), 'rampwright-home-'));
    const env = { XDG_CONFIG_HOME: home };
    const file = join(home, 'rampwright', 'login.json');
    const wrong = await runCli(['login', '--url', server.url], { env, input: 'rw_adm_nothing\n' });
    expect(wrong).toMatchObject({ code: 1, error: expect.stringContaining('No valid API key') });
    expect(existsSync(file)).toBe(false);
    const login = await runCli(['login', '--url', `${server.url}/`], { env, input: `${server.adminKey}\n` });
    expect(login).toMatchObject({ code: 0, out: expect.stringContaining('of the tenant "default"') });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await runCli(['flags', 'list'], { env })).toMatchObject({ code: 0 });
    const elsewhere = await runCli(['flags', 'list', '--url', 'http://127.0.0.1:1'], { env });
    expect(elsewhere).toMatchObject({ code: 2, error: expect.stringContaining('There is no key') });
    await runCli(['logout'], { env });
    expect(existsSync(file)).toBe(false);
    rmSync(home, { recursive: true });
  });

  it('make users, who get roles and passwords and are kept out', async () => {
    const made = await cli(
      server.adminKey,
      'users',
      'create',
      'ada',
      '--name',
      'Ada',
      '--roles',
      'production:releaser',
    );
    expect(made).toMatchObject({ code: 0, error: expect.stringContaining('shown this once') });
    const signIn = async (password: string) =>
      (await callApi(`${server.url}/api/v1/session`, 'POST', { user: 'ada', password }, {})).status;
    expect(await signIn(made.out.trim())).toBe(204);
    await cli(server.adminKey, 'users', 'roles', 'ada', '--roles', 'viewer', 'staging:editor');
    expect((await cli(server.adminKey, 'users', 'list')).out).toMatch(/^ada +Ada +viewer staging:editor/m);
    const next = (await cli(server.adminKey, 'users', 'password', 'ada')).out.trim();
    expect([await signIn(made.out.trim()), await signIn(next)]).toEqual([401, 204]);
    expect((await cli(server.adminKey, 'users', 'disable', 'ada')).out).toBe('"ada" is disabled\n');
    expect(await signIn(next)).toBe(401);
    expect((await cli(server.adminKey, 'users', 'create', 'x', '--roles', 'king')).code).toBe(2);
  });

  it('open a tenant of their own, which is made by who runs the server', async () => {
    expect((await cli(server.adminKey, 'tenants', 'create', 'acme')).code).toBe(0);
    const first = (await cli(server.adminKey, 'tenants', 'key', 'acme', 'first')).out.trim();
    expect((await cli(server.adminKey, 'tenants', 'list')).out).toMatch(/^acme +2/m);
    expect((await cli(first, 'flags', 'list')).out).toBe('(none)\n');
    expect(await cli(first, 'tenants', 'list')).toMatchObject({ code: 1, error: expect.stringContaining('platform') });
  });
});
