import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFlag, aRollout } from './builders.ts';
import { runCli } from './cli-process.ts';
import { callApi, PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

let server: TestServer;
let directory: string;
beforeAll(async () => {
  server = await startTestServer();
  directory = await mkdtemp(join(tmpdir(), 'rampwright-audit-'));
  await server.call('PUT', `${PRODUCTION}/flags/thing`, aFlag());
  await server.call('POST', `${PRODUCTION}/rollouts`, aRollout());
  await server.call('POST', `${PRODUCTION}/rollouts/new-thing/start`, { reason: 'go' });
  await server.call('POST', `${PRODUCTION}/rollouts/new-thing/rollback`, { reason: 'complaints' });
  await server.call('POST', '/api/v1/environments', { environment: 'staging' });
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

const cli = (...args: readonly string[]) =>
  runCli(args, { env: { RAMPWRIGHT_URL: server.url, RAMPWRIGHT_KEY: server.adminKey } });

describe('the audit', () => {
  it('says who did what to an environment and why, by the name of the key', async () => {
    const { entries } = (await server.call('GET', `${PRODUCTION}/audit?target=new-thing`)).body;
    const actor = `key:${server.adminKey.split('_')[2]}`;
    expect(entries).toMatchObject([
      {
        actor,
        actorName: 'first admin key',
        action: 'rollback',
        kind: 'rollout',
        reason: 'complaints',
        before: { phase: 'running', coverage: 1_000 },
        after: { phase: 'rolledBack', coverage: 0 },
      },
      { action: 'start', reason: 'go' },
      { action: 'rolloutCreated', kind: 'rolloutDefinition', after: { rollout: 'new-thing' } },
    ]);
    const older = await server.call('GET', `${PRODUCTION}/audit?before=3&limit=1&actor=${actor}`);
    expect(older.body.entries.map((entry: { sequence: number }) => entry.sequence)).toEqual([2]);
    expect((await server.call('GET', `${PRODUCTION}/audit?kind=`)).status).toBe(400);
    expect((await server.call('GET', '/api/v1/environments/nowhere/audit')).status).toBe(404);
  });

  it('says of the tenant who made environments and keys, to keys of all environments only', async () => {
    const key = await server.createKey('admin');
    const { entries } = (await server.call('GET', '/api/v1/audit')).body;
    expect(entries.map(({ action, target }: { action: string; target: string }) => [action, target])).toEqual([
      ['environmentCreated', 'staging'],
      ['keyCreated', server.adminKey.split('_')[2]],
      ['environmentCreated', 'production'],
      ['tenantCreated', 'default'],
    ]);
    for (const path of [
      '/api/v1/audit',
      '/api/v1/audit/verify',
      '/api/v1/audit/export',
      '/api/v1/environments/staging/audit',
    ])
      expect((await callApi(`${server.url}${path}`, 'GET', undefined, { 'x-api-key': key })).status).toBe(403);
    const inProduction = (await server.call('GET', `${PRODUCTION}/audit?kind=key`)).body.entries;
    expect(inProduction).toMatchObject([{ action: 'keyCreated', after: { name: 'admin', scopes: ['admin'] } }]);
    expect(JSON.stringify([entries, inProduction])).not.toContain(key.split('_').slice(3).join('_'));
  });

  it('is exported, and checked on the server and in the file', async () => {
    const { body } = await server.call('GET', `${PRODUCTION}/audit/verify`);
    expect(body).toMatchObject({ isIntact: true, fault: null });
    const file = join(directory, 'audit.jsonl');
    expect(await cli('audit', 'export', '--out', file)).toMatchObject({ code: 0, error: '' });
    const text = await readFile(file, 'utf8');
    expect(text.trimEnd().split('\n')).toHaveLength(body.head.sequence + 1);
    const intact = `${body.head.sequence} entries are intact; the last has the hash ${body.head.hash}.\n`;
    expect(await cli('audit', 'verify')).toEqual({ code: 0, out: intact, error: '' });
    expect(await runCli(['audit', 'verify', file])).toEqual({ code: 0, out: intact, error: '' });
    expect((await runCli(['audit', 'verify', file, '--head', 'abc'])).error).toMatch(/not the head that was kept/);
    await writeFile(file, text.replace('complaints', 'complainTs'));
    expect(await runCli(['audit', 'verify', file])).toMatchObject({
      code: 1,
      error: 'error: The audit is not intact: entry 4 is not what was hashed.\n',
    });
    expect((await runCli(['audit', 'verify', join(directory, 'nothing')])).code).toBe(2);
  });

  it('is listed on the command line', async () => {
    const { out } = await cli('audit', 'list', '--action', 'rollback', '--since', '2020-01-01T00:00:00Z');
    expect(out).toMatch(
      /^NUMBER +AT +BY +ACTION +WHAT +WHY +CHANGE\n4 +20\S+ +first admin key +rollback +rollout new-thing +complaints +\{"coverage":1000/,
    );
    expect((await cli('audit', 'list', '--tenant', '--kind', 'key', '--json')).out).toContain('"keyCreated"');
    expect((await cli('audit', 'list', '--since', 'yesterday')).code).toBe(2);
  });
});
