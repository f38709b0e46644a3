import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { OutcomeFile, openProgress, playWorlds, readScenarios, seedsIn } from '../simulate/index.ts';
import type { RunOutcome } from '../simulation/index.ts';
import { choicesFrom, type TriedSetting, triedSettings, worthMore } from './tuning/choose-settings.ts';
import { tunedPeersSource } from './tuning/tuned-peers-source.ts';

// Chooses settings for each peer on training worlds and writes them to simulation/policies/tuned-peers.ts.
// All settings meet the first seed; those worth it meet the others too.
//   node --import tsx bench/tune-peers.ts --out DIR [--seeds A..B] [--keep N] [--workers N]
const FIRST_TRAINING_SEED = 10_001;
/** npm runs scripts in the folder of the package. */
const TARGET = 'simulation/policies/tuned-peers.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    seeds: { type: 'string', default: '10001..10005' },
    keep: { type: 'string', default: '4' },
    workers: { type: 'string', default: '2' },
  },
});
if (values.out === undefined) throw new Error('name a folder for the outcomes: --out DIR');
const { out, workers } = values;
const [first, ...others] = seedsIn(values.seeds);
if (first! < FIRST_TRAINING_SEED) {
  throw new Error(`seeds before ${FIRST_TRAINING_SEED} are for tests: tune on --seeds 10001..10005`);
}
mkdirSync(out, { recursive: true });
const scenarios = readScenarios(undefined);
const all = triedSettings();
const sifted = await play('outcomes.jsonl', all, [first!]);
const kept = worthMore(all, sifted, Number(values.keep));
const outcomes = [...namedOnly(sifted, kept), ...(await play('kept.jsonl', kept, others))];
writeFileSync(
  TARGET,
  tunedPeersSource(choicesFrom(kept, outcomes), {
    seeds: values.seeds,
    scenarios: scenarios.length,
    keep: values.keep,
  }),
);
console.log(`written: ${TARGET}; now run npm run format`);

async function play(
  name: string,
  tried: readonly TriedSetting[],
  seeds: readonly number[],
): Promise<readonly RunOutcome[]> {
  const policies = tried.map(({ policy }) => policy);
  const file = new OutcomeFile(join(out, name), { scenarios, policies });
  const worlds = seeds.flatMap((seed) => scenarios.map((scenario) => ({ scenario, seed })));
  const left = worlds.filter(({ scenario, seed }) => file.of(scenario.name, seed) === undefined);
  const progress = openProgress({ all: left.length, what: 'worlds' }, performance.now(), (line) => console.error(line));
  await playWorlds({ worlds: left, policies, traces: undefined, workers: Number(workers) }, (played) => {
    file.add(played.outcomes);
    progress.add(performance.now());
  });
  return worlds.flatMap(({ scenario, seed }) => file.of(scenario.name, seed)!);
}

function namedOnly(all: readonly RunOutcome[], tried: readonly TriedSetting[]): readonly RunOutcome[] {
  const names = new Set(tried.map(({ policy }) => policy));
  return all.filter(({ policy }) => names.has(policy));
}
