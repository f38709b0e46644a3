import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../services/free-port.ts';
import { aFlag, aRollout, aRow } from './builders.ts';
import { runCli, spawnCli } from './cli-process.ts';
import { PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const cli = (args: readonly string[], input = '') =>
  runCli(args, { input, env: { RAMPWRIGHT_URL: server.url, RAMPWRIGHT_KEY: server.adminKey } });

describe('rampwright flags', () => {
  it('puts, lists and gets flags', async () => {
    const definition = aFlag({ targeting: { if: [{ var: 'staff' }, 'on'] } });
    const put = await cli(['flags', 'put', 'a/b flag', '-', '--if-revision', '0'], JSON.stringify(definition));
    expect(put).toEqual({ code: 0, out: '"a/b flag" is at revision 1 in production.\n', error: '' });
    const list = await cli(['flags', 'list']);
    expect(list.out).toBe('FLAG      STATE    VARIANTS  DEFAULT  RULES\na/b flag  enabled  on, off   off      yes\n');
    expect(JSON.parse((await cli(['flags', 'get', 'a/b flag'])).out)).toEqual(definition);
    const stale = await cli(['flags', 'put', 'a/b flag', '-', '--if-revision', '7'], JSON.stringify(definition));
    expect(stale).toMatchObject({ code: 1, error: expect.stringContaining('what to do: Read it again') });
  });

  it('shows what the server finds wrong, where, and what to do about it', async () => {
    const { code, error } = await cli(['flags', 'put', 'bad', '-'], JSON.stringify(aFlag({ defaultVariant: 'none' })));
    expect(code).toBe(1);
    expect(error).toMatch(
      /^error: The flag definition cannot be used: .*\n {2}\/defaultVariant: .*\n {2}what to do: Correct/,
    );
  });

  it('says what to do when there is no server, or no environment', async () => {
    const port = await freePort();
    const away = await runCli(['flags', 'list', '--url', `http://127.0.0.1:${port}`, '--key', 'k']);
    expect(away).toMatchObject({
      code: 1,
      error: expect.stringMatching(/No answer from http.*ECONNREFUSED\n {2}what to do: Start the server/),
    });
    const elsewhere = await cli(['flags', 'list', '--environment', 'staging']);
    expect(elsewhere).toMatchObject({ code: 1, error: expect.stringContaining('There is no such environment') });
  });
});

describe('rampwright rollouts', () => {
  it('are listed, moved and explained', async () => {
    await server.call('PUT', `${PRODUCTION}/flags/thing`, aFlag());
    await server.call('POST', `${PRODUCTION}/rollouts`, aRollout());
    expect((await cli(['rollouts', 'list'])).out).toBe(
      'ROLLOUT    FLAG   PHASE  COVERAGE\nnew-thing  thing  draft  0 %\n',
    );
    expect((await cli(['rollouts', 'start', 'new-thing'])).out).toBe('"new-thing" is running at 1 %.\n');
    expect((await cli(['rollouts', 'explain', 'new-thing'])).out).toMatch(
      /^"new-thing" is running at 1 %, since 20\d\d-.*\nNo decision has been made yet\.\nAt this moment: hold\n {2}noClosedWindow: [\s\S]*\nBy hand: pause, advance, .*rollback, complete\.\n$/,
    );
    const rolledBack = await cli(['rollouts', 'rollback', 'new-thing', '--reason', 'complaints', '--json']);
    expect(JSON.parse(rolledBack.out).state.phase).toBe('rolledBack');
    const { changes } = (await server.call('GET', `${PRODUCTION}/changes`)).body;
    expect(JSON.stringify(changes)).toContain('complaints');
    expect(await cli(['rollouts', 'resume', 'new-thing'])).toMatchObject({
      code: 1,
      error: expect.stringContaining('what to do:'),
    });
    expect(JSON.parse((await cli(['rollouts', 'get', 'new-thing'])).out).state.phase).toBe('rolledBack');
  });

  it('show their decisions', async () => {
    await server.call('PUT', `${PRODUCTION}/flags/decided`, aFlag());
    const definition = aRollout({ rollout: 'decided', flag: 'decided', windowMs: WINDOW_MS, attributionMs: 0 });
    await server.call('POST', `${PRODUCTION}/rollouts`, definition);
    await server.call('POST', `${PRODUCTION}/rollouts/decided/start`);
    const at = `${PRODUCTION}/rollouts/decided/decisions`;
    const key = await server.createKey('ingest');
    let sequence = 0;
    const countDecisions = async () => {
      await report(key, sequence++);
      return (await server.call('GET', at)).body.decisions.length;
    };
    await expect.poll(countDecisions).toBeGreaterThan(0);
    const { code, out } = await cli(['rollouts', 'decisions', 'decided', '--limit', '1']);
    expect(out).toMatch(/^AT +DECISION +COVERAGE +APPLIED +REASONS\n20\d\d-\S+ +hold +1 % +(yes|no) +\w+.*\n$/);
    expect(code).toBe(0);
    expect((await cli(['rollouts', 'explain', 'decided'])).out).toMatch(/\nLatest decision, at 20\S+: hold\n {2}\w+: /);
  });
});

describe('rampwright sources', () => {
  it('are listed, put into quarantine and released', async () => {
    const { body } = await server.call('POST', '/api/v1/keys', {
      name: 'shop',
      environment: 'production',
      scopes: ['ingest'],
    });
    const { keyId } = body.key;
    const quarantined = await cli(['sources', 'quarantine', keyId, '--reason', 'wrong clock']);
    expect(quarantined).toEqual({
      code: 0,
      out: `"${keyId}" is in quarantine: no decision looks at what it reports.\n`,
      error: '',
    });
    const list = await cli(['sources', 'list']);
    expect(list.out).toMatch(/^SOURCE +KEY +REPORTS +LATE +DUPLICATE +REFUSED +LAST SEEN +QUARANTINE\n/);
    expect(list.out).toMatch(new RegExp(`^${keyId} +shop +0 +0 +0 +0 +- +since 20\\S+: wrong clock$`, 'm'));
    const { sources } = JSON.parse((await cli(['sources', 'list', '--json'])).out);
    expect(sources).toContainEqual(expect.objectContaining({ source: keyId, keyName: 'shop' }));
    expect((await cli(['sources', 'release', keyId])).out).toBe(`"${keyId}" counts again.\n`);
    expect(await cli(['sources', 'release', keyId])).toMatchObject({
      code: 1,
      error: expect.stringContaining('is not in quarantine'),
    });
  });
});

const WINDOW_MS = 1_000;

/** Reports windows of the last seconds, so that the older ones are closed. */
async function report(key: string, sequence: number): Promise<void> {
  const lastMs = Math.floor(Date.now() / WINDOW_MS - 1) * WINDOW_MS;
  const rows = Array.from({ length: 10 }, (_, index) => {
    const startMs = lastMs - index * WINDOW_MS;
    return aRow({ rollout: 'decided', startMs, endMs: startMs + WINDOW_MS });
  });
  const answer = await server.call(
    'POST',
    '/api/v1/reports',
    { source: 'test', epoch: 1, sequence, rows },
    { authorization: `Bearer ${key}` },
  );
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
}

describe('rampwright', () => {
  it('serves, whatever variables of the command line are set, and stops on a signal', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'rampwright-serve-'));
    const child = spawnCli(['serve'], {
      RAMPWRIGHT_PORT: '0',
      RAMPWRIGHT_DATA_DIR: directory,
      RAMPWRIGHT_LOG_LEVEL: 'error',
      RAMPWRIGHT_URL: 'http://127.0.0.1:1',
      RAMPWRIGHT_KEY: 'none',
    });
    const exited = once(child, 'exit');
    const lines: string[] = [];
    createInterface({ input: child.stdout! }).on('line', (line) => lines.push(line));
    createInterface({ input: child.stderr! }).on('line', (line) => lines.push(line));
    try {
      await expect.poll(() => lines.join('\n')).toMatch(/listens on http/);
      const url = /listens on (\S+)/.exec(lines.join('\n'))![1]!;
      expect((await fetch(`${url}/livez`)).status).toBe(200);
      child.kill('SIGTERM');
      expect(await exited, lines.join('\n')).toEqual([0, null]);
    } finally {
      child.kill('SIGKILL');
      await exited;
      await rm(directory, { recursive: true, force: true });
    }
  });

  it('helps, and ends with 2 for commands that it does not know', async () => {
    const help = await runCli(['rollouts', '--help']);
    expect(help.code).toBe(0);
    for (const command of [
      'list',
      'get',
      'start',
      'pause',
      'resume',
      'rollback',
      'complete',
      'advance',
      'jump',
      'pin',
      'unpin',
      'override',
      'restore',
      'mode',
      'retry',
      'confirm',
      'reject',
      'archive',
      'explain',
      'decisions',
    ]) {
      expect(help.out).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    }
    expect((await runCli(['rollout'])).code).toBe(2);
  });
});
