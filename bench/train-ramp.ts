import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { emptyRampPolicy, learnRollouts } from '../models/index.ts';
import { readScenarios, seedsIn } from '../simulate/index.ts';
import { learnWorlds } from './paces/learn-worlds.ts';
import { paceTable } from './paces/pace-table.ts';
import { RAMP_TENANTS } from './paces/ramp-tenants.ts';

// Learns the ramp policy that is shipped from simulated worlds in which a rollout keeps each pace in turn, at services with little,
// with some and with much traffic, and writes models/shipped/ramp-policy.json.
//   npm run train:ramp -- [--seeds 10001..10048] [--workers 2] [--folder .rampwright/paces]
// Worlds are kept in the folder and not played again: remove it when the code has changed.
const VERSION = 'ramp-shipped-4';
const FIRST_TRAINING_SEED = 10_001;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10001..10048' },
    workers: { type: 'string', default: String(availableParallelism()) },
    folder: { type: 'string', default: '.rampwright/paces' },
  },
});
const seeds = seedsIn(values.seeds);
if (seeds[0]! < FIRST_TRAINING_SEED) throw new Error(`seeds before ${FIRST_TRAINING_SEED} are for tests`);
const scenarios = readScenarios(undefined).filter(({ kind }) => kind !== 'dataFault');
const tasks = seeds.flatMap((seed) =>
  scenarios.flatMap((scenario) => RAMP_TENANTS.map((tenant) => ({ tenant, scenario, seed }))),
);
const worlds = await paceTable(tasks, { folder: values.folder, workers: Number(values.workers) });
const policy = learnRollouts(emptyRampPolicy(VERSION), learnWorlds(worlds));
// npm runs scripts in the folder of the package.
const rounded = JSON.stringify(policy, (_, part) => (typeof part === 'number' ? Number(part.toPrecision(9)) : part));
writeFileSync('models/shipped/ramp-policy.json', `${rounded}\n`);
const chosen = worlds.filter(({ choice }) => choice !== null);
const runs = worlds.reduce((sum, world) => sum + world.runs.length, 0);
console.error(
  `written: models/shipped/ramp-policy.json, from ${runs} runs in ${worlds.length} worlds, of which ${chosen.length} came to a choice`,
);
