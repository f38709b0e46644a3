import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readScenarios, seedsIn } from '../../simulate/index.ts';
import { estimateErrors } from './estimator-errors.ts';
import { type PlayedWorld, playWorld } from './play-worlds.ts';
import { wholeRollouts } from './whole-rollouts.ts';

// The first choice of a rollout is played in every way there is in the same worlds, so the truth of any policy is known; then
// logs are drawn from those worlds thousands of times, and estimates from the logs are held against it.
//   npm run bench:off-policy -- simulated [--seeds 10501..10506] [--worlds FILE]
// With --worlds, worlds that are in the file are not played again, and others are added to it.
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { seeds: { type: 'string', default: '10501..10506' }, worlds: { type: 'string' } },
});

const known = readKnown(values.worlds);
const worlds: PlayedWorld[] = [];
let without = 0;
for (const seed of seedsIn(values.seeds)) {
  for (const scenario of readScenarios(undefined).filter(({ kind }) => kind !== 'dataFault')) {
    const world = worldOf(scenario, seed);
    if (world === undefined) without += 1;
    else worlds.push(world);
  }
  console.error(`seed ${seed}: ${worlds.length} worlds`);
}
console.log(`${worlds.length} worlds with a choice, ${without} without; seeds ${values.seeds}`);
console.log(estimateErrors(worlds));
console.log(wholeRollouts(worlds));

function worldOf(scenario: ReturnType<typeof readScenarios>[number], seed: number): PlayedWorld | undefined {
  const name = `${scenario.name}/${seed}`;
  const old = known.get(name);
  if (old !== undefined) return old ?? undefined;
  const world = playWorld(scenario, seed);
  if (values.worlds !== undefined) appendFileSync(values.worlds, `${JSON.stringify({ name, world: world ?? null })}\n`);
  return world;
}

function readKnown(file: string | undefined): ReadonlyMap<string, PlayedWorld | null> {
  if (file === undefined || !existsSync(file)) return new Map();
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return new Map(
    lines.map((line) => {
      const { name, world } = JSON.parse(line) as { readonly name: string; readonly world: PlayedWorld | null };
      return [name, world];
    }),
  );
}
