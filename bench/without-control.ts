import { parseArgs } from 'node:util';
import { SHARE_TOTAL } from '../domain/index.ts';
import { readScenarios, seedsIn } from '../simulate/index.ts';
import { openBenchWorld, ourPolicy, playWorld, type Scenario, shareInterval, TUNED } from '../simulation/index.ts';

// How often a rollout that ends without a control is held because a rate is not what control's last hour lets expect, and
// whether harm that began after control was gone is among it.
//   node dist/bench/without-control.js [--seeds 10001..10004] [--scenarios PLACE]
const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '10001..10004' }, scenarios: { type: 'string' } },
});
const settings = {
  ...TUNED,
  holdback: 0,
  stages: [...TUNED.stages!.slice(0, -1), { ...TUNED.stages!.at(-1)!, coverage: SHARE_TOTAL }],
};
const scenarios = readScenarios(values.scenarios).filter(({ kind }) => kind !== 'dataFault');

console.log('scenario | runs at full coverage without a control | held for it | in per cent, 95 % interval');
const all = scenarios.map((scenario) => ({ scenario, ...countIn(scenario) }));
for (const { scenario, full, held } of all) console.log(`${scenario.name} | ${full} | ${held}`);
for (const kind of ['benign', 'harmful'] as const) {
  const own = all.filter(({ scenario }) => scenario.kind === kind);
  const [full, held] = [own, own].map((some, index) =>
    some.reduce((sum, one) => sum + (index === 0 ? one.full : one.held), 0),
  );
  const { lower, upper } = shareInterval(held!, full!);
  const percent = (share: number) => (100 * share).toFixed(1);
  console.log(`${kind} | ${full} | ${held} | ${percent(held! / full!)} (${percent(lower)} to ${percent(upper)})`);
}

function countIn(scenario: Scenario): { readonly full: number; readonly held: number } {
  let [full, held] = [0, 0];
  for (const seed of seedsIn(values.seeds)) {
    let [isFull, isHeld] = [false, false];
    const policy = ourPolicy({
      name: 'without-control',
      setting: 'tuned',
      settings,
      onDecision: ({ decision, assessment }) => {
        isFull ||= assessment.usual !== undefined;
        isHeld ||= decision.reasons.some(({ code }) => code === 'unlikeBefore');
      },
    });
    playWorld(openBenchWorld(scenario, seed), policy);
    full += isFull ? 1 : 0;
    held += isHeld ? 1 : 0;
  }
  return { full, held };
}
