import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importFlagd } from '../../importers/index.ts';
import { aFlag } from './builders.ts';
import { runCli } from './cli-process.ts';
import { PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

let directory: string;
let server: TestServer;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rampwright-cli-'));
  server = await startTestServer();
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

describe('rampwright import', () => {
  it('shows flags and findings, writes a flagd file, and ends with 1 when flags were left out', async () => {
    const source = await golden('growthbook');
    const out = join(directory, 'flags.json');
    const { code, out: text, error } = await runCli(['import', source, '--from', 'growthbook', '--out', out]);
    expect(code).toBe(1);
    expect(text).toMatch(/checkout +enabled +classic, express +classic +yes/);
    expect(text).toMatch(
      /NOT TRANSLATED search\n {2}at \/features\/search\/rules\/0.*\n {2}The pattern .*\n {2}Instead: the flag was left out/,
    );
    expect(text).toContain(`Written to ${out}.`);
    expect(error).toBe('error: Some flags were left out; the findings say why.\n');
    const written = importFlagd(JSON.parse(await readFile(out, 'utf8')));
    expect(Object.keys(written.flagSet.flags)).toEqual(['checkout', 'dark-mode', 'limits']);
    expect(written.findings).toEqual([]);
  });

  it('prints the flag set and the findings as JSON, from standard input, and writes nothing in a dry run', async () => {
    const { source, expected } = JSON.parse(await readFile(goldenPath('launchdarkly'), 'utf8'));
    const out = join(directory, 'never.json');
    const args = [
      'import',
      '-',
      '--from',
      'launchdarkly',
      '--environment',
      'production',
      '--out',
      out,
      '--json',
      '--dry-run',
    ];
    const { code, out: text } = await runCli(args, { input: JSON.stringify(source) });
    expect(code).toBe(1);
    expect(JSON.parse(text)).toEqual(expected);
    await expect(readFile(out)).rejects.toThrow(/ENOENT/);
  });

  it('puts flags and shared rules into a server, without touching what is there', async () => {
    await server.call('PUT', `${PRODUCTION}/evaluators`, { ours: { '==': [1, 1] } });
    await server.call('PUT', `${PRODUCTION}/flags/limits`, aFlag());
    const source = await golden('growthbook');
    const args = ['import', source, '--from', 'growthbook', '--disable-untranslatable', '--url', server.url];
    const first = await runCli(args, { env: { RAMPWRIGHT_KEY: server.adminKey } });
    expect(first.code).toBe(1);
    expect(first.out).toContain('NOT WRITTEN limits: The server has a flag of this name; add --replace');
    expect(first.out).toContain(`4 flag(s) written to production at ${server.url}.`);
    const { flags } = (await server.call('GET', `${PRODUCTION}/flags`)).body;
    expect(
      flags.map(({ key, definition }: { key: string; definition: { state: string } }) => [key, definition.state]),
    ).toEqual([
      ['checkout', 'ENABLED'],
      ['child', 'DISABLED'],
      ['dark-mode', 'ENABLED'],
      ['limits', 'ENABLED'],
      ['search', 'DISABLED'],
    ]);
    expect((await server.call('GET', `${PRODUCTION}/flags/limits`)).body.definition).toEqual(aFlag());
    const { evaluators } = (await server.call('GET', `${PRODUCTION}/evaluators`)).body;
    expect(Object.keys(evaluators).sort()).toEqual(['growthbook:group:grp_staff', 'ours']);

    const again = await runCli([...args, '--replace'], { env: { RAMPWRIGHT_KEY: server.adminKey } });
    expect(again).toMatchObject({ code: 0, error: '' });
    expect((await server.call('GET', `${PRODUCTION}/flags/limits`)).body.revision).toBe(2);
  });

  it('refuses to change shared rules of the same name, unless told to', async () => {
    const file = await written('shared.json', {
      flags: { mine: aFlag({ targeting: { if: [{ $ref: 'ours' }, 'on'] } }) },
      $evaluators: { ours: { '==': [{ var: 'a' }, 2] } },
    });
    const args = ['import', file, '--from', 'flagd', '--url', server.url, '--key', server.adminKey];
    const refused = await runCli(args);
    expect(refused).toMatchObject({
      code: 1,
      error: expect.stringContaining('other shared rules named ours; add --replace'),
    });
    expect((await server.call('GET', `${PRODUCTION}/flags/mine`)).status).toBe(404);
    expect((await runCli([...args, '--replace'])).code).toBe(0);
    expect((await server.call('GET', `${PRODUCTION}/evaluators`)).body.evaluators.ours).toEqual({
      '==': [{ var: 'a' }, 2],
    });
  });

  it('ends with 2 for wrong usage and for what it cannot read, and says what', async () => {
    const notJson = join(directory, 'flags.yaml');
    await writeFile(notJson, 'flags:\n');
    const wrong = await written('wrong.json', { features: {} });
    const twoEnvironments = await golden('launchdarkly');
    for (const [args, message] of [
      [['import', join(directory, 'absent.json'), '--from', 'flagd'], /absent\.json cannot be read/],
      [['import', notJson, '--from', 'flagd'], /flags\.yaml is not JSON/],
      [['import', wrong, '--from', 'flagd'], /"flags" at its top level/],
      [['import', twoEnvironments, '--from', 'launchdarkly'], /name one environment; this export has production, test/],
      [['import', wrong, '--from', 'growthbook', '--url', 'localhost'], /is not an address/],
      [['import', wrong, '--from', 'growthbook', '--url', server.url], /There is no key/],
    ] as const) {
      const { code, error } = await runCli(args);
      expect(error).toMatch(message);
      expect(code, error).toBe(2);
    }
  });
});

function goldenPath(name: string): URL {
  return new URL(`../importers/golden/${name}.json`, import.meta.url);
}

/** A file with the source of a golden import. */
async function golden(name: string): Promise<string> {
  return written(`${name}.json`, JSON.parse(await readFile(goldenPath(name), 'utf8')).source);
}

async function written(name: string, content: unknown): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, JSON.stringify(content));
  return path;
}
