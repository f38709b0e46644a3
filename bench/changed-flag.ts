import { FlagdCore } from '@openfeature/flagd-core';
import { DEFAULT_SETTINGS, type FlagDefinition } from '../domain/index.ts';
import { type CompiledSnapshot, compileSnapshot, evaluate } from '../evaluator/index.ts';
import { cpuMsOf, median } from './cpu-time.ts';

/*
 * One flag changed among 10 000: CPU time until evaluations see it, beside flagd-core's reload of its whole file.
 * Run it with: node --import tsx bench/changed-flag.ts
 */

const FLAG_COUNT = 10_000;
const ROUNDS = 9;
const CHANGES_PER_ROUND = 20;
const STALL_CHANGES = 200;
const WARM_UP_CHANGES = 50;
const CHANGED = 'flag-5000';
const RATIO_TARGET = 50;
const STALL_TARGET_MS = 20;

const aFlag = (generation: number): FlagDefinition => ({
  state: 'ENABLED',
  variants: { on: generation, off: 0 },
  defaultVariant: 'off',
  targeting: {
    if: [
      { and: [{ in: [{ var: 'country' }, ['de', 'fr', 'pl']] }, { '==': [{ var: 'plan' }, 'pro'] }] },
      {
        fractional: [{ cat: [{ var: '$flagd.flagKey' }, { var: 'targetingKey' }] }, ['on', 100], ['off', 0]],
      },
      'off',
    ],
  },
});
const initial = Object.fromEntries(Array.from({ length: FLAG_COUNT }, (_, index) => [`flag-${index}`, aFlag(1)]));
const user = { targetingKey: 'user-1', country: 'de', plan: 'pro' };

type Flags = Readonly<Record<string, FlagDefinition>>;
let generation = 1;

const ways = {
  'patched flag set': { changes: CHANGES_PER_ROUND, apply: patching({ reusesPrevious: true }) },
  'freshly parsed JSON': { changes: 2, apply: parsing() },
  'first compilation': { changes: 1, apply: patching({ reusesPrevious: false }) },
  'flagd-core': { changes: 1, apply: flagdReload() },
};
const cpuMs = Object.fromEntries(Object.keys(ways).map((way) => [way, [] as number[]]));
// First, while nothing else has left garbage behind that a collection would have to clear away.
const stallsMs = await stallsOf(patching({ reusesPrevious: true }));

for (let round = 0; round <= ROUNDS; round++) {
  for (const [way, { changes, apply }] of Object.entries(ways)) {
    const spent = await cpuMsOf(() => {
      for (let change = 0; change < changes; change++) {
        generation++;
        apply();
      }
    });
    if (round > 0) cpuMs[way]!.push(spent / changes);
  }
}

const base = median(cpuMs['patched flag set']!);
for (const [way, times] of Object.entries(cpuMs)) {
  const spread = `${Math.min(...times).toFixed(2)} to ${Math.max(...times).toFixed(2)}`;
  console.log(`${way}: ${median(times).toFixed(2)} ms CPU (${spread}), ${(median(times) / base).toFixed(1)} ×`);
}
console.log(`ratio to flagd-core ${(median(cpuMs['flagd-core']!) / base).toFixed(0)}, target ${RATIO_TARGET}`);
console.log(
  `stall of ${STALL_CHANGES} changes: median ${median(stallsMs).toFixed(1)} ms, longest ${Math.max(...stallsMs).toFixed(1)} ms, target ${STALL_TARGET_MS}`,
);

/** What a reader does with a delta: a new flag set of the old definitions and a new one. */
function patching({ reusesPrevious }: { readonly reusesPrevious: boolean }): () => void {
  let flags: Flags = initial;
  let compiled = compile(flags);
  return () => {
    flags = { ...flags, [CHANGED]: aFlag(generation) };
    compiled = compile(flags, reusesPrevious ? compiled : undefined);
    verify(evaluate(compiled, CHANGED, user, 0).value);
  };
}

/** What a reader does with a whole snapshot: all definitions are new objects. */
function parsing(): () => void {
  let compiled = compile(initial);
  const textOf = textWithGeneration(initial);
  return () => {
    compiled = compile(JSON.parse(textOf(generation)) as Flags, compiled);
    verify(evaluate(compiled, CHANGED, user, 0).value);
  };
}

function flagdReload(): () => void {
  const flagd = new FlagdCore(undefined, { debug() {}, info() {}, warn() {}, error() {} });
  const textOf = textWithGeneration(initial);
  return () => {
    flagd.setConfigurations(`{"flags":${textOf(generation)}}`);
    verify(flagd.resolveNumberEvaluation(CHANGED, 0, user as never).value);
  };
}

function compile(flags: Flags, previous?: CompiledSnapshot): CompiledSnapshot {
  const content = { flagSet: { flags }, rollouts: [], settings: DEFAULT_SETTINGS };
  return compileSnapshot({ environment: 'bench', epoch: 0, version: generation, ...content }, previous);
}

/**
 * CPU time of each change: as long as this is all that can run on the thread, when it has a core to itself. Collections
 * that the change causes are included, on whichever thread they run.
 */
async function stallsOf(apply: () => void): Promise<readonly number[]> {
  const stalls: number[] = [];
  for (let change = 0; change < WARM_UP_CHANGES + STALL_CHANGES; change++) {
    generation++;
    stalls.push(await cpuMsOf(apply));
  }
  return stalls.slice(WARM_UP_CHANGES);
}

function verify(value: unknown): void {
  if (value !== generation) throw new Error(`The flag serves ${String(value)} instead of ${generation}.`);
}

/** The JSON of the flags with the changed one at a generation; texts come over the network, so making them costs nothing here. */
function textWithGeneration(flags: Flags): (generation: number) => string {
  const [head, tail] = JSON.stringify({ ...flags, [CHANGED]: aFlag(-1) }).split(':-1') as [string, string];
  return (at) => `${head}:${at}${tail}`;
}
