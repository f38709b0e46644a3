import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { shippedModels } from '../controller/index.ts';
import type { RampAlgorithm } from '../models/index.ts';
import { readScenarios, seedsIn } from '../simulate/index.ts';
import { compareTenant, type TenantFigures } from './bandit/compare-tenant.ts';
import { pooled, ruleLines } from './bandit/rule-figures.ts';
import { paceTable } from './paces/pace-table.ts';
import { RAMP_TENANTS, type RampTenant } from './paces/ramp-tenants.ts';

// The ramp policy against the schedule and each fixed pace, tenant by tenant, in the same worlds; and what gaining the experience
// cost in the worlds that it was gained in. Every world is played once at each pace: all policies and streams are sums over that.
//   npm run bench:bandit -- [--seeds 1..12] [--pool 30001..30008] [--experience 0,100,300,1000,3000] [--start warm]
//     [--tenant 'busy shop'] [--algorithms thompson,linUcb,squareCb] [--streams 10] [--workers 2] [--folder .rampwright/paces]
// Worlds are kept in the folder and not played again: remove it when the code has changed.
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1..12' },
    pool: { type: 'string', default: '30001..30008' },
    experience: { type: 'string', default: '0,100,300,1000,3000' },
    start: { type: 'string' },
    tenant: { type: 'string' },
    algorithms: { type: 'string', default: 'thompson,linUcb,squareCb' },
    streams: { type: 'string', default: '10' },
    workers: { type: 'string', default: String(availableParallelism()) },
    folder: { type: 'string', default: '.rampwright/paces' },
  },
});
const { ramp } = shippedModels();
if (!ramp) throw new Error('no ramp policy is shipped: npm run train:ramp');
const tenants = RAMP_TENANTS.filter(({ name }) => values.tenant === undefined || values.tenant === name);
const scenarios = readScenarios(undefined).filter(({ kind }) => kind !== 'dataFault');
const levels = values.experience.split(',').map(Number);
// Without experience none is played.
const asked = { seeds: seedsIn(values.seeds), pool: Math.max(...levels) > 0 ? seedsIn(values.pool) : [] };
const worldsOf = (tenant: RampTenant, seeds: readonly number[]) =>
  paceTable(
    seeds.flatMap((seed) => scenarios.map((scenario) => ({ tenant, scenario, seed }))),
    { folder: values.folder, workers: Number(values.workers) },
  );

console.log(
  `${asked.seeds.length * scenarios.length} worlds for each figure (seeds ${values.seeds}), experience in ${asked.pool.length * scenarios.length} others (${values.pool}) that may come again, ${values.streams} streams of it; cost of a rollout, less is better`,
);
console.log('| tenant | rule | cost | more than the schedule | more than the best pace | harm | taken back falsely |');
console.log('| --- | --- | --- | --- | --- | --- | --- |');
const all: TenantFigures[] = [];
for (const tenant of tenants) {
  const figures = compareTenant({
    tenant,
    worlds: await worldsOf(tenant, asked.seeds),
    pool: await worldsOf(tenant, asked.pool),
    shipped: ramp.artefact,
    starts: (['warm', 'cold'] as const).filter((start) => values.start === undefined || values.start === start),
    algorithms: values.algorithms.split(',') as readonly RampAlgorithm[],
    levels,
    streams: Array.from({ length: Number(values.streams) }, (_, stream) => stream + 1),
  });
  console.log(ruleLines(tenant.name, figures.worlds, figures.rules).join('\n'));
  all.push(figures);
}
if (all.length > 1) {
  const worlds = all.flatMap((figures) => figures.worlds);
  console.log(ruleLines('all alike', worlds, pooled(all.map(({ rules }) => rules))).join('\n'));
}
console.log(`\n${all.flatMap(({ gained }) => gained).join('\n')}`);
