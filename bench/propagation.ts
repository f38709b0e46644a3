import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { newToken } from '../server/index.ts';
import { openEmbeddedStorage } from '../storage/index.ts';
import { aFlag, quantile } from './delivery-flags.ts';

// How long a change takes to reach 1 000 readers, from the moment that its request is sent. One server process and two
// processes of readers, each with real clients and plain event streams, share this machine.
const FLAG_COUNT = Number(process.argv[2] ?? 1_000);
const PROVIDERS_PER_PROCESS = 10;
const PLAIN_READERS_PER_PROCESS = 490;
const READER_PROCESSES = 2;
const CHANGES = 60;
const PAUSE_MS = 400;
const TARGET_P99_MS = 200;

const scope = { tenant: 'default', environment: 'production' };
const dataDirectory = await mkdtemp(join(tmpdir(), 'rampwright-bench-'));
const adminKey = newToken(['admin']).token;
const children: ChildProcess[] = [];
try {
  await seed();
  const url = await startServer();
  const key = await createKey(url);
  for (let process = 0; process < READER_PROCESSES; process += 1) children.push(await startReaders(url, key));
  const before = await cpuMsOf(children[0]!);
  const changes = await change(url);
  const cpuMs = (await cpuMsOf(children[0]!)) - before;
  report(changes, await Promise.all(children.slice(1).map(seenBy)));
  console.log(`  CPU of the server per change:    ${(cpuMs / CHANGES).toFixed(0)} ms`);
} finally {
  for (const child of children) child.kill();
  await Promise.all(children.map((child) => child.exitCode ?? child.signalCode ?? once(child, 'exit')));
  await rm(dataDirectory, { recursive: true });
}

async function seed(): Promise<void> {
  const storage = await openEmbeddedStorage({ directory: dataDirectory, onError: console.error });
  await storage.flags.createEnvironment(scope);
  for (let index = 0; index < FLAG_COUNT; index += 1) {
    await storage.flags.writeFlag(scope, `flag-${index}`, aFlag(index), { actor: 'bench' });
  }
  await storage.close();
}

function start(file: string, args: readonly string[], env: Record<string, string>, silent: boolean): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const execArgv = ['--import', 'tsx', '--conditions', 'rampwright-source'];
  return fork(path, [...args], { execArgv, env: { PATH: '/usr/bin:/bin', ...env }, silent });
}

async function startServer(): Promise<string> {
  const server = start(
    '../server/main.ts',
    [],
    {
      RAMPWRIGHT_PORT: '0',
      RAMPWRIGHT_DATA_DIR: dataDirectory,
      RAMPWRIGHT_ADMIN_KEY: adminKey,
      RAMPWRIGHT_LOG_LEVEL: 'error',
    },
    true,
  );
  children.push(server);
  server.stderr!.pipe(process.stderr);
  let printed = '';
  return new Promise((resolve) => {
    server.stdout!.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const url = /listens on (\S+)/.exec(printed)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
}

async function createKey(url: string): Promise<string> {
  const body = { name: 'bench', environment: 'production', scopes: ['evaluate', 'ingest'] };
  const answer = await call(`${url}/api/v1/keys`, 'POST', body);
  return ((await answer.json()) as { token: string }).token;
}

async function call(url: string, method: string, body: unknown): Promise<Response> {
  const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' };
  const answer = await fetch(url, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return answer;
}

async function startReaders(url: string, key: string): Promise<ChildProcess> {
  const counts = [PROVIDERS_PER_PROCESS, PLAIN_READERS_PER_PROCESS].map(String);
  const readers = start('propagation-readers.ts', [url, key, ...counts], {}, false);
  await once(readers, 'message');
  return readers;
}

interface ChangeTimes {
  readonly sentAtMs: number;
  readonly answeredAtMs: number;
}

async function change(url: string): Promise<readonly ChangeTimes[]> {
  const changes: ChangeTimes[] = [];
  for (let index = 0; index < CHANGES; index += 1) {
    await wait(PAUSE_MS);
    const sentAtMs = nowMs();
    await call(`${url}/api/v1/environments/production/flags/flag-7`, 'PUT', aFlag(7, index));
    changes.push({ sentAtMs, answeredAtMs: nowMs() });
  }
  await wait(PAUSE_MS);
  return changes;
}

/** CPU time that a process has used (proc(5): user and system time in ticks of 10 ms). */
async function cpuMsOf({ pid }: ChildProcess): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return 10 * (Number(user) + Number(system));
}

function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

type Seen = readonly (readonly [version: number, atMs: number])[];

async function seenBy(readers: ChildProcess): Promise<Seen> {
  readers.send('report');
  const [seen] = (await once(readers, 'message')) as [Seen];
  return seen;
}

function report(changes: readonly ChangeTimes[], seenByProcess: readonly Seen[]): void {
  const seen = seenByProcess.flat();
  const lowest = seen.reduce((least, [version]) => Math.min(least, version), Number.POSITIVE_INFINITY);
  const byVersion = new Map(changes.map((times, index) => [lowest + 1 + index, times]));
  const delays = seen.flatMap(([version, atMs]) => {
    const times = byVersion.get(version);
    return times === undefined ? [] : [atMs - times.sentAtMs];
  });
  const readerCount = READER_PROCESSES * (PROVIDERS_PER_PROCESS + PLAIN_READERS_PER_PROCESS);
  if (delays.length !== CHANGES * readerCount) {
    throw new Error(`${delays.length} arrivals instead of ${CHANGES * readerCount}`);
  }
  const answers = changes.map(({ sentAtMs, answeredAtMs }) => answeredAtMs - sentAtMs);
  const show = (values: readonly number[]) =>
    `p50 ${quantile(values, 0.5).toFixed(0)} ms, p99 ${quantile(values, 0.99).toFixed(0)} ms, longest ${quantile(values, 1).toFixed(0)} ms`;
  console.log(`${FLAG_COUNT} flags, ${CHANGES} changes of one, each seen by all of ${readerCount} readers`);
  console.log(`  request sent → seen by a reader: ${show(delays)} (target p99 ${TARGET_P99_MS} ms)`);
  console.log(`  request sent → answered:         ${show(answers)}`);
}
