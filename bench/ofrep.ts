import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import Fastify from 'fastify';
import type { FlagDefinition } from '../domain/index.ts';
import { newToken, startServer } from '../server/index.ts';

const ROUNDS = 9;
const ROUND_SECONDS = 1.5;
const CONNECTIONS = 32;
const FLAG_COUNT = 100;
/** Each connection's user asks again and again. */
const REPEATED_USERS = CONNECTIONS;

/** What the child tells the parent once it listens. */
interface Addresses {
  readonly ofrep: string;
  readonly bare: string;
  readonly key: string;
  readonly bulkText: string;
}

interface Rival {
  readonly url: string;
  readonly bodyOf: (request: number) => string;
  readonly headers?: () => Promise<Readonly<Record<string, string>>>;
  readonly status: number;
}

let requestCount = 0;

const isChild = process.send !== undefined;
await (isChild ? serve() : measure());

async function serve(): Promise<void> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'rampwright-bench-'));
  const adminKey = newToken(['admin']).token;
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    databaseUrl: null,
    dataDirectory,
    adminKey,
    logLevel: 'error',
    drainMs: 0,
    rateLimit: 1_000_000,
  });
  const call = async (method: string, path: string, key: string, body: unknown) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const response = await fetch(`${server.url}${path}`, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return response.text();
  };
  for (let index = 0; index < FLAG_COUNT; index++)
    await call('PUT', `/api/v1/environments/production/flags/flag-${index}`, adminKey, aFlag(index));
  const created = await call('POST', '/api/v1/keys', adminKey, {
    name: 'bench',
    environment: 'production',
    scopes: ['evaluate'],
  });
  const key = (JSON.parse(created) as { token: string }).token;
  const bulkText = await call('POST', '/ofrep/v1/evaluate/flags', key, JSON.parse(contextOf(0)));

  const bare = Fastify();
  const one = JSON.parse(
    await call('POST', '/ofrep/v1/evaluate/flags/flag-99', key, JSON.parse(contextOf(0))),
  ) as object;
  bare.post('/one', async () => one);
  bare.post('/all', async (_request, reply) => reply.type('application/json; charset=utf-8').send(bulkText));
  await bare.listen({ host: '127.0.0.1', port: 0 });
  const { port } = bare.server.address() as { port: number };

  process.on('message', () => process.send!(process.cpuUsage()));
  process.on('disconnect', () => {
    void Promise.all([bare.close(), server.close()])
      .then(() => rm(dataDirectory, { recursive: true, force: true }))
      .then(() => process.exit(0));
  });
  process.send!({ ofrep: server.url, bare: `http://127.0.0.1:${port}`, key, bulkText } satisfies Addresses);
}

async function measure(): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), { execArgv: process.execArgv });
  const [addresses] = (await once(child, 'message')) as [Addresses];
  const cpuMicroseconds = async () => {
    child.send('cpu');
    const [{ user, system }] = (await once(child, 'message')) as [NodeJS.CpuUsage];
    return user + system;
  };
  const rivals = rivalsOf(addresses);
  for (const [name, rival] of Object.entries(rivals)) await verify(name, rival, addresses);
  const perRequest: Record<string, number[]> = Object.fromEntries(Object.keys(rivals).map((name) => [name, []]));
  // The first round only warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, rival] of Object.entries(rivals)) {
      const cost = await costOf(rival, addresses.key, cpuMicroseconds);
      if (round > 0) perRequest[name]!.push(cost);
    }
  }
  report(perRequest, addresses.bulkText.length);
  child.disconnect();
}

function rivalsOf({ ofrep, bare, key }: Addresses): Record<string, Rival> {
  const bulk = `${ofrep}/ofrep/v1/evaluate/flags`;
  // Tags end with their five minutes, so each round asks for a new one.
  const ifNoneMatch = async () => {
    const known = await fetch(bulk, { method: 'POST', headers: headersWith(key), body: contextOf(0) });
    await known.text();
    return { 'if-none-match': known.headers.get('etag')! };
  };
  const repeated = (request: number) => contextOf(request % REPEATED_USERS);
  const fresh = (request: number) => contextOf(request + 1_000_000);
  return {
    bareOne: { url: `${bare}/one`, bodyOf: repeated, status: 200 },
    single: { url: `${bulk}/flag-99`, bodyOf: fresh, status: 200 },
    bareAll: { url: `${bare}/all`, bodyOf: repeated, status: 200 },
    bulkRepeated: { url: bulk, bodyOf: repeated, status: 200 },
    bulkNew: { url: bulk, bodyOf: fresh, status: 200 },
    notModified: { url: bulk, bodyOf: () => contextOf(0), headers: ifNoneMatch, status: 304 },
  };
}

async function costOf(rival: Rival, key: string, cpuMicroseconds: () => Promise<number>): Promise<number> {
  const before = await cpuMicroseconds();
  const { answered, total } = await load(rival, key);
  if (answered === total) return ((await cpuMicroseconds()) - before) / answered;
  // Its tag ended in the middle of the round.
  if (rival.status === 304) return costOf(rival, key, cpuMicroseconds);
  throw new Error(`${rival.url}: ${answered} of ${total} answers were ${rival.status}.`);
}

async function load(rival: Rival, key: string): Promise<{ readonly answered: number; readonly total: number }> {
  const result = await autocannon({
    url: rival.url,
    connections: CONNECTIONS,
    duration: ROUND_SECONDS,
    method: 'POST',
    headers: { ...headersWith(key), ...(await rival.headers?.()) },
    requests: [{ setupRequest: (request) => ({ ...request, body: rival.bodyOf(requestCount++) }) }],
  });
  const answered = Number(
    (result as unknown as { statusCodeStats: Record<string, { count: number }> }).statusCodeStats[rival.status]
      ?.count ?? 0,
  );
  if (result.errors > 0) throw new Error(`${rival.url}: ${result.errors} requests failed.`);
  return { answered, total: result.requests.total };
}

async function verify(name: string, rival: Rival, { key, bulkText }: Addresses): Promise<void> {
  const response = await fetch(rival.url, {
    method: 'POST',
    headers: { ...headersWith(key), ...(await rival.headers?.()) },
    body: rival.bodyOf(0),
  });
  const text = await response.text();
  const isBulk = /All|bulk/.test(name);
  if (response.status !== rival.status || (isBulk && Math.abs(text.length - bulkText.length) > bulkText.length * 0.02))
    throw new Error(`${name}: ${response.status} with ${text.length} bytes`);
  const flags = isBulk ? (JSON.parse(text) as { flags: { value?: unknown }[] }).flags : [];
  if (isBulk && flags.filter(({ value }) => typeof value === 'boolean').length !== FLAG_COUNT)
    throw new Error(`${name} does not answer all flags.`);
}

function report(perRequest: Readonly<Record<string, readonly number[]>>, bulkBytes: number): void {
  console.log(
    `bulk of ${FLAG_COUNT} flags: ${bulkBytes} bytes; CPU of the server per request, median of ${ROUNDS} rounds`,
  );
  for (const [name, values] of Object.entries(perRequest))
    console.log(
      `  ${name}: ${median(values).toFixed(1)} µs (${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)})`,
    );
  const ratio = (base: string, name: string, target: number) => {
    const ratios = perRequest[base]!.map((value, round) => value / perRequest[name]![round]!);
    console.log(`${name}: ${median(ratios).toFixed(2)} × a bare route (target ${target})`);
  };
  ratio('bareOne', 'single', 0.6);
  ratio('bareAll', 'bulkRepeated', 0.7);
  ratio('bareAll', 'bulkNew', 0.35);
  ratio('bareOne', 'notModified', 0.6);
}

function aFlag(index: number): FlagDefinition {
  const halves = {
    fractional: [
      ['on', 50],
      ['off', 50],
    ],
  };
  const targeted = {
    if: [{ and: [{ in: [{ var: 'country' }, ['de', 'fr']] }, { '==': [{ var: 'plan' }, 'pro'] }] }, halves],
  };
  const targeting = index % 3 === 0 ? {} : { targeting: index % 3 === 1 ? halves : targeted };
  return { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off', ...targeting };
}

function contextOf(user: number): string {
  const context = {
    targetingKey: `user-${user}`,
    country: ['de', 'fr', 'us'][user % 3],
    plan: user % 2 === 0 ? 'pro' : 'free',
    version: '2.1.0',
  };
  return JSON.stringify({ context });
}

function headersWith(key: string): Record<string, string> {
  return { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)]!;
}
