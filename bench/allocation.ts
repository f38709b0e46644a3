import { parseArgs } from 'node:util';
import { clusterBootstrap, decisionDraws } from '../models/index.ts';
import { seedsIn } from '../simulate/index.ts';
import {
  ALLOCATION_WORLDS,
  type AllocationOutcome,
  type AllocationWorld,
  bestOf,
  runAllocation,
  runFixedTest,
  shareInterval,
} from '../simulation/index.ts';

// Adaptive allocation against equal shares and against an A/B/n test of fixed length, in worlds made for it.
//   npm run bench:allocation -- [--seeds 1..4] [--units 600] [--world '3 treatments, all equal']
// The whole size: --seeds 1..100
const HOURS = 24;
const TEST_HOURS = 12;
const RESAMPLES = 1_000;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1..4' },
    units: { type: 'string', default: '600' },
    world: { type: 'string' },
  },
});
const seeds = seedsIn(values.seeds);
const unitsPerMinute = Number(values.units);
const size = { unitsPerMinute, minutes: HOURS * 60 };

console.log(
  `seeds ${values.seeds}, ${values.units} units a minute for ${HOURS} h; the fixed test takes ${TEST_HOURS} h of them`,
);
console.log('lost: purchases lost per 1 000 treated units beside the best treatment; 95 % intervals in brackets');
for (const world of ALLOCATION_WORLDS) {
  if (values.world === undefined || values.world === world.name) compareIn(world);
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
    console.log(`  fixed test | best shipped ${inShare(found)}`);
    console.log(
      `  lost | adaptive ${meanOf(adaptive)} | equal shares ${meanOf(uniform)} | fixed test ${meanOf(fixed)}`,
    );
    console.log(
      `  adaptive less ${differenceOf(adaptive, uniform)} than equal shares, ${differenceOf(adaptive, fixed)} than the fixed test`,
    );
  }
  const sum = (of: (run: AllocationOutcome) => number) => adaptive.reduce((total, run) => total + of(run), 0);
  const withdrawn = adaptive.filter((run) => run.withdrawn.length > 0).length;
  const ends = (['completed', 'running', 'rolledBack'] as const)
    .map((end) => `${adaptive.filter((run) => run.end === end).length} ${end}`)
    .join(', ');
  console.log(
    `  adaptive | ${sum(({ splits }) => splits.length)} splits, broken ${sum(({ broken }) => broken.length)} | units of the panel switched ${sum(({ switched }) => switched)} | runs with a withdrawal ${withdrawn} | ${ends}`,
  );
}

function tellCalls(name: string, runs: readonly AllocationOutcome[], best: string | undefined): void {
  const calls = runs.filter(({ called }) => called !== null);
  const right = calls.filter(({ called }) => called!.variant === best);
  const minutes = right.map(({ called }) => called!.minute).sort((one, other) => one - other);
  const median = minutes.length === 0 ? 'none' : `minute ${minutes[Math.floor(minutes.length / 2)]}`;
  const found = best === undefined ? '' : `best called ${inShare(right.length)}, median ${median} | `;
  console.log(`  ${name} | ${found}false calls ${inShare(calls.length - right.length)}`);
}

function inShare(hits: number): string {
  const { share, lower, upper } = shareInterval(hits, seeds.length);
  return `${share.toFixed(3)} [${lower.toFixed(3)}, ${upper.toFixed(3)}]`;
}

interface Lost {
  readonly lost: number;
  readonly treated: number;
}

function perThousand({ lost, treated }: Lost): number {
  return (1_000 * lost) / treated;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function meanOf(runs: readonly Lost[]): string {
  return withInterval(runs.map(perThousand));
}

function differenceOf(runs: readonly Lost[], others: readonly Lost[]): string {
  return withInterval(runs.map((run, index) => perThousand(others[index]!) - perThousand(run)));
}

function withInterval(numbers: readonly number[]): string {
  const options = { replicates: RESAMPLES, level: 0.95, uniform: decisionDraws(1).uniform };
  const clusters = numbers.map((number) => [number]);
  const { lower, upper } = clusterBootstrap(clusters, mean, options);
  return `${mean(numbers).toFixed(2)} [${lower.toFixed(2)}, ${upper.toFixed(2)}]`;
}
