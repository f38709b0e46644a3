import { parseArgs } from 'node:util';
import { seedsIn } from '../simulate/index.ts';
import {
  ALLOCATION_WORLDS,
  type AllocationMode,
  type AllocationOutcome,
  type AllocationWorld,
  bestOf,
  REGIONAL_WORLDS,
  runAllocation,
  runFixedTest,
} from '../simulation/index.ts';
import { differenceOf, inShare, meanOf } from './allocation-figures.ts';

// Adaptive allocation against equal shares and against an A/B/n test of fixed length, in worlds made for it.
//   npm run bench:allocation -- [--seeds 1..4] [--units 600] [--world '3 treatments, all equal']
// The whole size: --seeds 1..100
// With --regional in worlds of several countries: splits by country against one split and against equal shares.
const HOURS = 24;
const TEST_HOURS = 12;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1..4' },
    units: { type: 'string', default: '600' },
    world: { type: 'string' },
    regional: { type: 'boolean', default: false },
  },
});
const seeds = seedsIn(values.seeds);
const unitsPerMinute = Number(values.units);
const size = { unitsPerMinute, minutes: HOURS * 60 };

console.log(
  `seeds ${values.seeds}, ${values.units} units a minute for ${HOURS} h; the fixed test takes ${TEST_HOURS} h of them`,
);
console.log('lost: purchases lost per 1 000 treated units beside the best treatment; 95 % intervals in brackets');
for (const world of values.regional ? REGIONAL_WORLDS : ALLOCATION_WORLDS) {
  if (values.world !== undefined && values.world !== world.name) continue;
  if (values.regional) compareByCountry(world);
  else compareIn(world);
}

function compareIn(world: AllocationWorld): void {
  const adaptive = seeds.map((seed) => runAllocation({ world, seed, mode: 'adaptive', ...size }));
  const uniform = seeds.map((seed) => runAllocation({ world, seed, mode: 'uniform', ...size }));
  const fixed = seeds.map((seed) => runFixedTest({ world, seed, ...size, testMinutes: TEST_HOURS * 60 }));
  console.log(`\n${world.name}`);
  const best = bestOf(world);
  tellCalls('adaptive', adaptive, best);
  tellCalls('equal shares', uniform, best);
  if (best !== undefined) {
    const found = fixed.filter(({ isBestFound }) => isBestFound).length;
    console.log(`  fixed test | best shipped ${inShare(found, seeds.length)}`);
    console.log(
      `  lost | adaptive ${meanOf(adaptive)} | equal shares ${meanOf(uniform)} | fixed test ${meanOf(fixed)}`,
    );
    console.log(
      `  adaptive less ${differenceOf(adaptive, uniform)} than equal shares, ${differenceOf(adaptive, fixed)} than the fixed test`,
    );
  }
  tellPromises('adaptive', adaptive);
}

function compareByCountry(world: AllocationWorld): void {
  const runs = (mode: AllocationMode) => seeds.map((seed) => runAllocation({ world, seed, mode, ...size }));
  const [byCountry, oneSplit, uniform] = [runs('byAttribute'), runs('adaptive'), runs('uniform')];
  console.log(`\n${world.name}`);
  console.log(
    `  lost | by country ${meanOf(byCountry)} | one split ${meanOf(oneSplit)} | equal shares ${meanOf(uniform)}`,
  );
  console.log(
    `  by country less ${differenceOf(byCountry, oneSplit)} than one split, ${differenceOf(byCountry, uniform)} than equal shares`,
  );
  const grown = byCountry.flatMap((run) => run.grown ?? []);
  const minutes = grown.map(({ minute }) => minute).sort((one, other) => one - other);
  const trees = new Map<string, number>();
  for (const { leaves } of grown) {
    const name = leaves.map(({ values: names }) => names.join('+')).join(' | ');
    trees.set(name, (trees.get(name) ?? 0) + 1);
  }
  const inWords = [...trees].sort(([, one], [, other]) => other - one).map(([name, count]) => `${count} × ${name}`);
  const unlike = Math.max(...byCountry.map((run) => run.unlike));
  console.log(
    `  trees ${inShare(grown.length, seeds.length)}, median minute ${minutes[Math.floor(minutes.length / 2)] ?? 'none'}: ${inWords.join(', ')} | most units that another country would have given another treatment ${unlike.toFixed(3)}`,
  );
  const calls = (all: readonly AllocationOutcome[]) => all.filter(({ called }) => called !== null).length;
  console.log(
    `  best called | by country ${calls(byCountry)}, one split ${calls(oneSplit)}, equal shares ${calls(uniform)}`,
  );
  tellPromises('by country', byCountry);
}

function tellPromises(name: string, runs: readonly AllocationOutcome[]): void {
  const sum = (of: (run: AllocationOutcome) => number) => runs.reduce((total, run) => total + of(run), 0);
  const withdrawn = runs.filter((run) => run.withdrawn.length > 0).length;
  const ends = (['completed', 'running', 'rolledBack'] as const)
    .map((end) => `${runs.filter((run) => run.end === end).length} ${end}`)
    .join(', ');
  console.log(
    `  ${name} | ${sum(({ splits }) => splits.length)} splits, broken ${sum(({ broken }) => broken.length)} | units of the panel switched ${sum(({ switched }) => switched)} | runs with a withdrawal ${withdrawn} | ${ends}`,
  );
}

function tellCalls(name: string, runs: readonly AllocationOutcome[], best: string | undefined): void {
  const calls = runs.filter(({ called }) => called !== null);
  const right = calls.filter(({ called }) => called!.variant === best);
  const minutes = right.map(({ called }) => called!.minute).sort((one, other) => one - other);
  const median = minutes.length === 0 ? 'none' : `minute ${minutes[Math.floor(minutes.length / 2)]}`;
  const found = best === undefined ? '' : `best called ${inShare(right.length, seeds.length)}, median ${median} | `;
  console.log(`  ${name} | ${found}false calls ${inShare(calls.length - right.length, seeds.length)}`);
}
