import { parseArgs } from 'node:util';
import { NO_MODELS, type Observation, recordOf } from '../../controller/index.ts';
import type { DecisionRecord, Label } from '../../domain/index.ts';
import { readScenarios, seedsIn } from '../../simulate/index.ts';
import { LEARNED_PACE, type OurSettings, ourPolicy, rampRun, runWorld, type Scenario } from '../../simulation/index.ts';
import { joinRewards } from '../../training/index.ts';
import { UNIFORM } from './play-worlds.ts';

// Harm of a rollout as joined from its records, beside what the simulation knows, in harmful worlds.
//   npm run bench:off-policy -- rewards [--seeds 10701..10704]
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { seeds: { type: 'string', default: '10701..10704' } },
});
const SETTINGS: OurSettings = LEARNED_PACE;
const MODELS = { ...NO_MODELS, ramp: UNIFORM };
const FOR_EVER = Number.MAX_SAFE_INTEGER;

console.log('| scenario | rollouts | harm, true | joined | joined over true, least and most |');
console.log('| --- | --- | --- | --- | --- |');
for (const scenario of readScenarios(undefined).filter(({ kind }) => kind === 'harmful')) {
  const pairs = seedsIn(values.seeds).flatMap((seed) => harmsOf(scenario, seed) ?? []);
  if (pairs.length === 0) continue;
  const ratios = pairs.map(({ known, joined }) => joined / known).sort((a, b) => a - b);
  const mean = (which: 'known' | 'joined') => pairs.reduce((sum, pair) => sum + pair[which], 0) / pairs.length;
  console.log(
    `| ${scenario.name} | ${pairs.length} | ${mean('known').toFixed(4)} | ${mean('joined').toFixed(4)} | ${ratios[0]!.toFixed(2)} to ${ratios.at(-1)!.toFixed(2)} |`,
  );
}

/** undefined where no pace was chosen, or no harm was done. */
function harmsOf(scenario: Scenario, seed: number) {
  const rollout = `${scenario.name}-${seed}`.toLowerCase();
  const { costs } = rampRun({ scenario, seed, settings: SETTINGS, models: MODELS, rollout });
  const records: DecisionRecord[] = [];
  const policy = ourPolicy({
    name: 'recorded',
    setting: 'tuned',
    settings: SETTINGS,
    models: MODELS,
    rollout,
    onDecision: (outcome, observation) => records.push(recordOf(observation, outcome)),
  });
  const { end } = runWorld(scenario, seed, policy);
  const stored = JSON.parse(JSON.stringify(records)) as readonly DecisionRecord[];
  const rewarded =
    stored.length === 0
      ? undefined
      : joinRewards(
          {
            definition: (stored[0]!.observation as unknown as Observation).rollout.definition,
            generation: 1,
            records: stored,
            labels: [labelOf(rollout)],
            endedAtMs: stored.at(-1)!.decidedAtMs,
            end: end === 'rolledBack' ? 'rolledBack' : 'completed',
          },
          FOR_EVER,
        );
  const joined = rewarded?.kind === 'joined' ? rewarded.generation.choice?.costs.harm : undefined;
  const known = costs.harm;
  return joined === undefined || known === 0 ? undefined : { known, joined };
}

function labelOf(rollout: string): Label {
  return {
    labelId: rollout,
    rollout,
    generation: 1,
    verdict: 'regressed',
    source: 'simulation',
    confidence: 1,
    author: 'simulation',
    note: '',
    atMs: 0,
    ingestedAtMs: 0,
  };
}
