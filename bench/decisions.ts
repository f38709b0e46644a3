import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeScoreCard, type RunOutcome, readScenario, type Scenario, scoreCardText } from '../simulation/index.ts';
import type { Share, World } from './decisions/decisions-runner.ts';
import { OutcomeFile } from './decisions/outcome-file.ts';
import { policyNames } from './decisions/policies-by-name.ts';
import { writeScoreCard } from './decisions/write-score-card.ts';
import { startWorker } from './start-worker.ts';

// The decision benchmark: every policy in the same worlds, and their score card.
//   node --import tsx bench/decisions.ts --out DIR [--seeds A..B] [--policies ours,peers,oracle]
//     [--scenarios FILE|DIR] [--workers N]
const PUBLIC_SET = new URL('../simulation/scenarios', import.meta.url).pathname;
const RESAMPLES = 1_000;

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    seeds: { type: 'string', default: '1..20' },
    policies: { type: 'string', default: 'ours,peers,oracle' },
    scenarios: { type: 'string', default: PUBLIC_SET },
    workers: { type: 'string', default: '2' },
  },
});
if (values.out === undefined) throw new Error('name a folder for the results: --out DIR');
mkdirSync(values.out, { recursive: true });
const scenarios = readScenarios(values.scenarios);
const policies = policyNames(values.policies.split(','));
const worlds = scenarios.flatMap((scenario) => seedsIn(values.seeds).map((seed): World => ({ scenario, seed })));
const file = new OutcomeFile(join(values.out, 'outcomes.jsonl'), { scenarios, policies });
await play(worlds.filter((world) => !isPlayed(world)));
const outcomes = inOrder();
const card = makeScoreCard(outcomes, {
  title: `Decision benchmark: ${scenarios.length} scenarios, seeds ${values.seeds}`,
  date: new Date().toISOString().slice(0, 10),
  traces: 'synthetic series',
  seed: 1,
  resamples: RESAMPLES,
  sweeps: [],
  references: policies.filter((name) => name === 'guardrails'),
});
console.log(scoreCardText(card));
await writeScoreCard(card, values.out);
console.log(`written to ${values.out}: scorecard.html, scorecard.json, scorecard.txt`);

async function play(left: readonly World[]): Promise<void> {
  const started = performance.now();
  let done = 0;
  const count = Number(values.workers);
  const workers = Array.from({ length: count }, (_, first) => {
    const workerData: Share = { worlds: left.filter((_world, index) => index % count === first), policies };
    const worker = startWorker(new URL('./decisions/decisions-runner.ts', import.meta.url), workerData);
    worker.on('message', (played: readonly RunOutcome[]) => {
      file.add(played);
      done += 1;
      if (done % 10 === 0 || done === left.length) tell(done, left.length, performance.now() - started);
    });
    return worker;
  });
  await Promise.all(workers.map((worker) => once(worker, 'exit')));
  if (done < left.length)
    throw new Error(`${left.length - done} worlds were not played; run the same command to go on`);
}

function tell(done: number, all: number, ms: number): void {
  const minutesLeft = ((ms / done) * (all - done)) / 60_000;
  console.error(
    `${done} of ${all} worlds, ${((1000 * done) / ms).toFixed(2)} a second, ${minutesLeft.toFixed(1)} minutes left`,
  );
}

function isPlayed({ scenario, seed }: World): boolean {
  return file.outcomes.some((outcome) => outcome.scenario === scenario.name && outcome.seed === seed);
}

/** The same order whoever played which world when; outcomes of other seeds in the file are left out. */
function inOrder(): readonly RunOutcome[] {
  const played = new Map(file.outcomes.map((outcome) => [keyOf(outcome), outcome]));
  return worlds.flatMap(({ scenario, seed }) =>
    policies.map((policy) => played.get(keyOf({ scenario: scenario.name, seed, policy }))!),
  );
}

function keyOf({ scenario, seed, policy }: Pick<RunOutcome, 'scenario' | 'seed' | 'policy'>): string {
  return `${scenario} ${seed} ${policy}`;
}

function seedsIn(range: string): readonly number[] {
  const [, from, to] = /^(\d+)\.\.(\d+)$/.exec(range) ?? [];
  if (from === undefined || Number(to) < Number(from)) throw new Error(`--seeds ${range}: write a range such as 1..20`);
  return Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => Number(from) + index);
}

function readScenarios(path: string): readonly Scenario[] {
  const isFolder = statSync(path).isDirectory();
  const names = isFolder ? readdirSync(path).filter((name) => name.endsWith('.json')) : [''];
  return names.sort().map((name) => readScenario(JSON.parse(readFileSync(isFolder ? join(path, name) : path, 'utf8'))));
}
