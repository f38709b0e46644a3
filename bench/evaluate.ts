import { FlagdCore } from '@openfeature/flagd-core';
import { DEFAULT_SETTINGS, type EvaluationContext, type FlagSet } from '../domain/index.ts';
import { compileSnapshot, evaluate } from '../evaluator/index.ts';

const USER_COUNT = 1024;
const CALLS_PER_ROUND = 400_000;
const ROUNDS = 9;
const NOW_MS = 1_760_000_000_000;

const CASES = [
  { flagKey: 'static', title: 'static flag', target: 2 },
  { flagKey: 'byKey', title: '50/50 by key', target: 3 },
  { flagKey: 'targeted', title: 'country, plan, version, then 50/50', target: 5 },
] as const;

const halves = {
  fractional: [
    ['on', 50],
    ['off', 50],
  ],
};
const conditions = [
  { in: [{ var: 'country' }, ['de', 'fr', 'pl', 'se', 'es']] },
  { '==': [{ var: 'plan' }, 'pro'] },
  { sem_ver: [{ var: 'version' }, '>=', '2.1.0'] },
];
const variants = { on: true, off: false };
const flagSet: FlagSet = {
  flags: {
    static: { state: 'ENABLED', variants, defaultVariant: 'on' },
    byKey: { state: 'ENABLED', variants, defaultVariant: 'off', targeting: halves },
    targeted: {
      state: 'ENABLED',
      variants,
      defaultVariant: 'off',
      targeting: { if: [{ and: conditions }, halves, 'off'] },
    },
  },
};

const users: readonly EvaluationContext[] = Array.from({ length: USER_COUNT }, (_, index) => ({
  targetingKey: `user-${index}`,
  country: ['de', 'fr', 'pl', 'us'][index % 4]!,
  plan: index % 3 === 0 ? 'free' : 'pro',
  version: `${1 + (index % 3)}.${index % 5}.0`,
}));

const snapshot = compileSnapshot({
  environment: 'bench',
  epoch: 0,
  version: 1,
  flagSet,
  rollouts: [],
  settings: DEFAULT_SETTINGS,
});
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const flagd = new FlagdCore(undefined, silent);
flagd.setConfigurations(JSON.stringify(flagSet));

const RIVALS = {
  rampwright: (flagKey: string, user: EvaluationContext) => evaluate(snapshot, flagKey, user, NOW_MS).value,
  'flagd-core': (flagKey: string, user: EvaluationContext) =>
    flagd.resolveBooleanEvaluation(flagKey, false, user as never).value,
};
type Rival = keyof typeof RIVALS;

for (const { flagKey } of CASES) verifyAnswers(flagKey);
for (const { flagKey, title, target } of CASES) {
  const speeds: Record<Rival, number[]> = { rampwright: [], 'flagd-core': [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const rival of Object.keys(RIVALS) as Rival[]) speeds[rival].push(callsPerCpuSecond(RIVALS[rival], flagKey));
  }
  const [ours, theirs] = [median(speeds.rampwright), median(speeds['flagd-core'])];
  console.log(
    `${title}: rampwright ${millions(ours)}, flagd-core ${millions(theirs)}, ratio ${(ours / theirs).toFixed(1)} (target ${target}), ` +
      `spread ${spread(speeds.rampwright)} and ${spread(speeds['flagd-core'])}`,
  );
}

function verifyAnswers(flagKey: string): void {
  const values = users.map((user) => RIVALS.rampwright(flagKey, user));
  const different = users.findIndex((user, index) => RIVALS['flagd-core'](flagKey, user) !== values[index]);
  if (different !== -1) throw new Error(`The rivals disagree on ${flagKey} for ${JSON.stringify(users[different])}.`);
  const onShare = values.filter((value) => value === true).length / values.length;
  console.log(`${flagKey}: same answers for ${users.length} users, ${(100 * onShare).toFixed(1)} % on`);
}

function callsPerCpuSecond(rival: (flagKey: string, user: EvaluationContext) => unknown, flagKey: string): number {
  const before = process.cpuUsage();
  let onCount = 0;
  for (let call = 0; call < CALLS_PER_ROUND; call++) {
    if (rival(flagKey, users[call % USER_COUNT]!) === true) onCount++;
  }
  const { user, system } = process.cpuUsage(before);
  if (onCount === 0) throw new Error(`Nobody was served "on" by ${flagKey}.`);
  return (CALLS_PER_ROUND / (user + system)) * 1e6;
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)]!;
}

function spread(values: readonly number[]): string {
  return `${millions(Math.min(...values))} to ${millions(Math.max(...values))}`;
}

function millions(callsPerSecond: number): string {
  return `${(callsPerSecond / 1e6).toFixed(2)} M/CPU-s`;
}
