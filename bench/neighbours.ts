import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { NO_QUOTAS } from '../domain/index.ts';
import { newToken, startServer } from '../server/index.ts';
import { aFlag } from './delivery-flags.ts';

// What one tenant at ten times its quota costs the others: their p99 with it and without it, round by round in turn. Its
// load takes processor time from the machine too, so a third kind of round sends it to a server of its own.
const ROUNDS = Number(process.argv[2] ?? 12);
const ROUND_SECONDS = 4;
const QUOTA_PER_SECOND = 100;
const GREEDY_PER_SECOND = 10 * QUOTA_PER_SECOND;
const MODEST_PER_SECOND = 100;
const CONNECTIONS = 10;
const TARGET = 1.2;

/** Where the greedy tenant's load goes: nowhere, to the server of the others, or to a server of its own. */
const PLACES = ['nowhere', 'beside', 'elsewhere'] as const;
type Place = (typeof PLACES)[number];

/** What the child tells the parent once it listens. */
interface Addresses {
  readonly url: string;
  readonly greedy: string;
  readonly modest: string;
}

interface Round {
  readonly p50: number;
  readonly p99: number;
  /** Answers of the greedy tenant by status. */
  readonly refused: number;
  readonly passed: number;
}

const isChild = process.send !== undefined;
await (isChild ? serve() : measure());

async function serve(): Promise<void> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'rampwright-bench-'));
  const adminKey = newToken(['admin']).token;
  const where = { host: '127.0.0.1', port: 0, databaseUrl: null, dataDirectory };
  const server = await startServer({ ...where, adminKey, logLevel: 'error', drainMs: 0, rateLimit: 1_000_000 });
  const call = async (key: string, method: string, path: string, body: unknown) => {
    const headers = { 'x-api-key': key, 'content-type': 'application/json' };
    const response = await fetch(`${server.url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return (await response.json()) as { readonly token: string };
  };
  const evaluatingKey = async (tenant: string) => {
    await call(adminKey, 'POST', '/tenants', { tenant });
    const { token } = await call(adminKey, 'POST', `/tenants/${tenant}/keys`, { name: 'first' });
    await call(token, 'PUT', '/environments/production/flags/some', aFlag(1, 50));
    const key = { name: 'bench', environment: 'production', scopes: ['evaluate'] };
    return (await call(token, 'POST', '/keys', key)).token;
  };
  const greedy = await evaluatingKey('greedy');
  const modest = await evaluatingKey('modest');
  const quotas = { ...NO_QUOTAS, evaluationsPerSecond: QUOTA_PER_SECOND };
  await call(adminKey, 'PUT', '/tenants/greedy/quotas', quotas);
  process.on('disconnect', () => {
    void server
      .close()
      .then(() => rm(dataDirectory, { recursive: true, force: true }))
      .then(() => process.exit(0));
  });
  process.send!({ url: server.url, greedy, modest } satisfies Addresses);
}

async function measure(): Promise<void> {
  const children = [0, 1].map(() => fork(fileURLToPath(import.meta.url), { execArgv: process.execArgv }));
  const servers: Addresses[] = [];
  for (const child of children) servers.push(((await once(child, 'message')) as [Addresses])[0]);
  const [shared, own] = servers as [Addresses, Addresses];
  const greedyAt: Readonly<Record<Place, Addresses | undefined>> = {
    nowhere: undefined,
    beside: shared,
    elsewhere: own,
  };
  const rounds: Record<Place, Round[]> = { nowhere: [], beside: [], elsewhere: [] };
  for (const place of PLACES) await play(shared, greedyAt[place]);
  for (let round = 0; round < ROUNDS; round++)
    for (const index of PLACES.keys()) {
      const place = PLACES[(round + index) % PLACES.length]!;
      rounds[place].push(await play(shared, greedyAt[place]));
    }
  report(rounds);
  for (const child of children) child.disconnect();
}

function report(rounds: Readonly<Record<Place, readonly Round[]>>): void {
  const sum = (of: (round: Round) => number) => rounds.beside.reduce((total, round) => total + of(round), 0);
  const seconds = ROUNDS * ROUND_SECONDS;
  console.log(
    `greedy: ${(sum((round) => round.passed + round.refused) / seconds).toFixed(0)} requests a second, of which ` +
      `${(sum((round) => round.passed) / seconds).toFixed(0)} were answered; its quota is ${QUOTA_PER_SECOND}`,
  );
  for (const place of PLACES)
    console.log(
      `modest, with greedy ${place}: p50 ${ms(rounds[place], 'p50')}, p99 ${ms(rounds[place], 'p99')} (medians of ${ROUNDS} rounds)`,
    );
  for (const place of ['nowhere', 'elsewhere'] as const) {
    const ratios = rounds.beside.map(({ p99 }, round) => p99 / rounds[place][round]!.p99);
    ratios.sort((left, right) => left - right);
    const quartile = (share: number) => ratios[Math.floor(share * (ratios.length - 1))]!.toFixed(2);
    console.log(
      `p99 beside over ${place}, pair by pair: median ${quartile(0.5)} (quartiles ${quartile(0.25)} and ${quartile(0.75)}); target at most ${TARGET}`,
    );
  }
}

/** One round of the modest tenant's load at a server, with the greedy one's at the same, at another, or at none. */
async function play({ url, modest }: Addresses, target: Addresses | undefined): Promise<Round> {
  const [own, other] = await Promise.all([
    load(url, modest, MODEST_PER_SECOND),
    target && load(target.url, target.greedy, GREEDY_PER_SECOND),
  ]);
  if (own.non2xx > 0 || own.errors > 0) throw new Error(`${own.non2xx + own.errors} of the modest tenant's failed`);
  const { p50, p99 } = own.latency;
  return { p50, p99, passed: other?.['2xx'] ?? 0, refused: other?.non2xx ?? 0 };
}

function load(url: string, key: string, perSecond: number): Promise<autocannon.Result> {
  return autocannon({
    url: `${url}/ofrep/v1/evaluate/flags/some`,
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ context: { targetingKey: 'somebody' } }),
    connections: CONNECTIONS,
    overallRate: perSecond,
    duration: ROUND_SECONDS,
    workers: 1,
  });
}

function ms(rounds: readonly Round[], field: 'p50' | 'p99'): string {
  const sorted = rounds.map((round) => round[field]).toSorted((left, right) => left - right);
  return `${sorted[Math.floor(sorted.length / 2)]} ms`;
}
