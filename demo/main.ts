import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { ListedDecision, Rollout } from '../domain/index.ts';
import { newToken } from '../server/index.ts';
import { startChild } from './child.ts';
import { ControlPlane } from './control-plane.ts';
import { startLoad } from './load.ts';
import { type Page, pagesOf, type Scenario } from './shop-behaviour.ts';
import { type RolloutSummary, renderSummary, type Summary, summariseRollout } from './summary.ts';

const REQUESTS_PER_SECOND_AND_PAGE = 250;
/** Takes a minute and a half where nothing else runs; a busy machine may need several times as long. */
const LIMIT_MS = 600_000;
const LOOK_MS = 500;
const PROGRESS_MS = 5_000;

const USAGE = `npm run demo -- [--scenario mixed|healthy] [--json FILE] [--stay]
  mixed    a broken change beside a sound one (default): one must be rolled back, the other complete
  healthy  two sound changes: both must complete
  --stay   keep the server with what happened until Ctrl+C, to look round in its console`;

/** A rollout being watched. */
interface Watched {
  readonly page: Page;
  readonly startedMs: number;
  lastDecisionMs: number;
  lastHold: string;
  phase: Rollout['state']['phase'];
  coverage: number;
  secondsToEnd: number;
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      scenario: { type: 'string', default: 'mixed' },
      json: { type: 'string' },
      stay: { type: 'boolean', default: false },
      help: { type: 'boolean' },
    },
  });
  if (values.help || !['mixed', 'healthy'].includes(values.scenario)) {
    console.log(USAGE);
    return values.help === true;
  }
  const scenario = values.scenario as Scenario;
  const dataDirectory = await mkdtemp(join(tmpdir(), 'rampwright-demo-'));
  try {
    const show = async (summary: Summary) => {
      console.log(`\n${renderSummary(summary)}`);
      if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(summary, null, 2)}\n`);
      if (values.stay) await interrupted();
      return summary.isAsExpected;
    };
    return await run(scenario, dataDirectory, show);
  } finally {
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

/** Plays the scenario; the server is there until what is done with the summary has ended. */
async function run<Result>(
  scenario: Scenario,
  dataDirectory: string,
  then: (summary: Summary) => Promise<Result>,
): Promise<Result> {
  const pages = pagesOf(scenario);
  const adminKey = newToken(['admin']).token;
  console.log('starting the server on a fresh embedded database …');
  const server = await startChild(new URL('../server/main.js', import.meta.url), {
    RAMPWRIGHT_PORT: '0',
    RAMPWRIGHT_DATA_DIR: dataDirectory,
    RAMPWRIGHT_ADMIN_KEY: adminKey,
    RAMPWRIGHT_LOG_LEVEL: 'warn',
  });
  console.log(`watch it in the console: ${server.url}/console/ with the key ${adminKey}`);
  try {
    const controlPlane = new ControlPlane(server.url, adminKey);
    const serviceKey = await controlPlane.createServiceKey();
    for (const page of pages) await controlPlane.plan(page);
    console.log('starting the shop, an HTTP service that asks for its flags in process …');
    const shop = await startChild(new URL('./shop.js', import.meta.url), {
      SHOP_SCENARIO: scenario,
      SHOP_RAMPWRIGHT_URL: server.url,
      SHOP_RAMPWRIGHT_KEY: serviceKey,
    });
    let summary: Summary;
    try {
      summary = await drive(scenario, pages, controlPlane, shop.url);
    } finally {
      await shop.stop();
    }
    return await then(summary);
  } finally {
    await server.stop();
  }
}

async function interrupted(): Promise<void> {
  console.log('\nthe server stays until Ctrl+C');
  // A signal alone keeps no process alive.
  const stayAwake = setInterval(() => undefined, LIMIT_MS);
  await new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
  clearInterval(stayAwake);
}

async function drive(
  scenario: Scenario,
  pages: readonly Page[],
  controlPlane: ControlPlane,
  shopUrl: string,
): Promise<Summary> {
  const load = startLoad(
    shopUrl,
    pages.map((page) => page.path),
    REQUESTS_PER_SECOND_AND_PAGE,
  );
  console.log(`sending ${REQUESTS_PER_SECOND_AND_PAGE * pages.length} requests a second; two rollouts side by side:\n`);
  const startedMs = performance.now();
  const watched: Watched[] = [];
  const summaries = new Map<Page, RolloutSummary>();
  try {
    for (const page of pages) {
      await controlPlane.start(page);
      watched.push({
        page,
        startedMs: performance.now(),
        lastDecisionMs: 0,
        lastHold: '',
        phase: 'running',
        coverage: 0,
        secondsToEnd: 0,
      });
    }
    let progressMs = startedMs;
    while (watched.some(isGoing) && performance.now() - startedMs < LIMIT_MS) {
      await sleep(LOOK_MS);
      for (const rollout of watched.filter(isGoing)) {
        await look(controlPlane, rollout, startedMs);
        if (!isGoing(rollout))
          summaries.set(rollout.page, summariseRollout(rollout.page, load, rollout.phase, rollout.secondsToEnd));
      }
      if (performance.now() - progressMs > PROGRESS_MS) {
        progressMs += PROGRESS_MS;
        console.log(`${clock(startedMs)}  … ${load.requests()} requests; ${watched.map(describe).join(', ')}`);
      }
    }
  } finally {
    await load.stop();
  }
  for (const { page, phase } of watched) {
    if (!summaries.has(page))
      summaries.set(page, summariseRollout(page, load, phase, (performance.now() - startedMs) / 1000));
  }
  return {
    scenario,
    seconds: (performance.now() - startedMs) / 1000,
    requests: load.requests(),
    unanswered: load.unanswered(),
    rollouts: pages.map((page) => summaries.get(page)!),
    isAsExpected: watched.every(
      ({ phase }, index) => phase === (scenario === 'mixed' && index === 0 ? 'rolledBack' : 'completed'),
    ),
  };
}

/** Reads what was decided since the last look, and prints what is new. */
async function look(controlPlane: ControlPlane, watched: Watched, startedMs: number): Promise<void> {
  for (const listed of await controlPlane.decisions(watched.page)) {
    if (listed.decidedAtMs <= watched.lastDecisionMs) continue;
    watched.lastDecisionMs = listed.decidedAtMs;
    printDecision(watched, listed, startedMs);
  }
  const { state } = await controlPlane.read(watched.page);
  watched.phase = state.phase;
  watched.coverage = state.coverage;
  watched.secondsToEnd = (performance.now() - watched.startedMs) / 1000;
}

function printDecision(watched: Watched, { decision }: Pick<ListedDecision, 'decision'>, startedMs: number): void {
  const reason = decision.reasons[0]!;
  // A hold says the same thing window after window: print it when its reason changes.
  if (decision.action === 'hold' && reason.code === watched.lastHold) return;
  watched.lastHold = decision.action === 'hold' ? reason.code : '';
  const what = decision.action === 'ramp' ? `RAMP to ${decision.coverage / 1000} %` : decision.action.toUpperCase();
  console.log(`${clock(startedMs)}  ${watched.page.rollout.padEnd(17)} ${what.padEnd(12)} ${reason.message}`);
}

function isGoing({ phase }: Watched): boolean {
  return phase === 'running' || phase === 'paused';
}

function describe({ page, phase, coverage }: Watched): string {
  return `${page.rollout} ${phase === 'running' ? `at ${coverage / 1000} %` : phase}`;
}

function clock(startedMs: number): string {
  return `${((performance.now() - startedMs) / 1000).toFixed(0).padStart(4)} s`;
}

main().then(
  (isAsExpected) => process.exit(isAsExpected ? 0 : 1),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
