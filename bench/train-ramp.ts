import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { NO_MODELS } from '../controller/index.ts';
import { COST_PARTS, emptyRampPolicy, type LearnedDecision, learnDecisions, type RampCosts } from '../models/index.ts';
import { readScenarios, seedsIn } from '../simulate/index.ts';
import { learnedFrom, PACED, rampRun, runCosts, type Scenario } from '../simulation/index.ts';

// Learns the ramp policy that is shipped from simulated rollouts under a uniform policy, and writes models/shipped/ramp-policy.json.
//   npm run train:ramp -- [--seeds 10001..10010]
const VERSION = 'ramp-shipped-2';
/** ω: a simulated rollout says less than one of one's own. */
const SIMULATED = 0.3;
const FIRST_TRAINING_SEED = 10_001;
/** What a world costs whatever one does hides what a choice costs, so each world is played so often, with other choices. */
const RUNS_OF_A_WORLD = 4;

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '10001..10010' } } });
const seeds = seedsIn(values.seeds);
if (seeds[0]! < FIRST_TRAINING_SEED) throw new Error(`seeds before ${FIRST_TRAINING_SEED} are for tests`);
const uniform = emptyRampPolicy('uniform', 'thompson', 1);
const models = { ...NO_MODELS, ramp: { id: 'uniform', hash: 'uniform', fittedAtMs: null, artefact: uniform } };
const settings = { ...PACED, rampPolicy: 'learned' as const };
const scenarios = readScenarios(undefined).filter(({ kind }) => kind !== 'dataFault');

const worlds = seeds.flatMap((seed) => {
  console.error(`seed ${seed}`);
  return scenarios.map((scenario) => playedWorld(scenario, seed));
});
const usual = meanOf(worlds.map(({ mean }) => mean));
const decisions = worlds.flatMap(({ mean, learned }) => learned.map((decision) => besideTheWorld(decision, mean)));
const policy = learnDecisions(emptyRampPolicy(VERSION), decisions);
// npm runs scripts in the folder of the package.
const rounded = JSON.stringify(policy, (_, part) => (typeof part === 'number' ? Number(part.toPrecision(9)) : part));
writeFileSync('models/shipped/ramp-policy.json', `${rounded}\n`);
console.error(
  `written: models/shipped/ramp-policy.json, from ${decisions.length} decisions in ${worlds.length} worlds`,
);

/** The decisions of all runs of a world, and what such a run costs in the mean. */
function playedWorld(scenario: Scenario, seed: number) {
  const runs = Array.from({ length: RUNS_OF_A_WORLD }, (_, index) =>
    rampRun({ scenario, seed, settings, models, rollout: `${scenario.name}-${seed}-${index}`.toLowerCase() }),
  );
  return {
    mean: meanOf(runs.map(({ outcome }) => runCosts(outcome))),
    learned: runs.flatMap((run) => run.decisions.map((decision) => learnedFrom(decision, SIMULATED))),
  };
}

function meanOf(costs: readonly RampCosts[]): RampCosts {
  const mean = (part: keyof RampCosts) => costs.reduce((sum, cost) => sum + cost[part], 0) / costs.length;
  return Object.fromEntries(COST_PARTS.map((part) => [part, mean(part)])) as unknown as RampCosts;
}

/** What it cost in a world that is neither dear nor cheap. */
function besideTheWorld(decision: LearnedDecision, mean: RampCosts): LearnedDecision {
  return { ...decision, costs: COST_PARTS.map((part, k) => decision.costs[k]! - mean[part] + usual[part]) };
}
