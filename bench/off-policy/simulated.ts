import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { readScenarios, seedsIn } from '../../simulate/index.ts';
import { paceTable } from '../paces/pace-table.ts';
import { RAMP_TENANTS } from '../paces/ramp-tenants.ts';
import { estimateErrors } from './estimator-errors.ts';
import { pricedWorlds } from './play-worlds.ts';

// A rollout keeps each pace in turn in the same worlds, so the truth of any policy is known; then logs are drawn from those worlds
// thousands of times, and estimates from the logs are held against it.
//   npm run bench:off-policy -- simulated [--seeds 10501..10502] [--workers 2] [--folder .rampwright/paces] [--logs 400] [--sizes 200,500,1000,3000]
// Worlds are kept in the folder and not played again: remove it when the code has changed.
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    seeds: { type: 'string', default: '10501..10502' },
    workers: { type: 'string', default: String(availableParallelism()) },
    folder: { type: 'string', default: '.rampwright/paces' },
    logs: { type: 'string', default: '400' },
    sizes: { type: 'string', default: '200,500,1000,3000' },
  },
});
const scenarios = readScenarios(undefined).filter(({ kind }) => kind !== 'dataFault');
const tasks = seedsIn(values.seeds).flatMap((seed) =>
  scenarios.flatMap((scenario) => RAMP_TENANTS.map((tenant) => ({ tenant, scenario, seed }))),
);
const played = await paceTable(tasks, { folder: values.folder, workers: Number(values.workers) });
const worlds = pricedWorlds(played);
console.log(`${worlds.length} worlds with a choice, ${played.length - worlds.length} without; seeds ${values.seeds}`);
console.log(estimateErrors(worlds, { logs: Number(values.logs), sizes: values.sizes.split(',').map(Number) }));
