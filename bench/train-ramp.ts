import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { NO_MODELS } from '../controller/index.ts';
import { emptyRampPolicy, learnDecisions } from '../models/index.ts';
import { readScenarios, seedsIn } from '../simulate/index.ts';
import { learnedFrom, rampRun, TUNED } from '../simulation/index.ts';

// Learns the ramp policy that is shipped from simulated rollouts under a uniform policy, and writes models/shipped/ramp-policy.json.
//   npm run train:ramp -- [--seeds 10001..10010]
const VERSION = 'ramp-shipped-1';
/** ω: a simulated rollout says less than one of one's own. */
const SIMULATED = 0.3;
const FIRST_TRAINING_SEED = 10_001;

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '10001..10010' } } });
const seeds = seedsIn(values.seeds);
if (seeds[0]! < FIRST_TRAINING_SEED) throw new Error(`seeds before ${FIRST_TRAINING_SEED} are for tests`);
const uniform = emptyRampPolicy('uniform', 'thompson', 1);
const models = { ...NO_MODELS, ramp: { id: 'uniform', hash: 'uniform', fittedAtMs: null, artefact: uniform } };
const settings = { ...TUNED, rampPolicy: 'learned' as const };
const scenarios = readScenarios(undefined).filter(({ kind }) => kind !== 'dataFault');

let policy = emptyRampPolicy(VERSION);
for (const seed of seeds) {
  for (const scenario of scenarios) {
    const { decisions } = rampRun({ scenario, seed, settings, models });
    policy = learnDecisions(
      policy,
      decisions.map((decision) => learnedFrom(decision, SIMULATED)),
    );
  }
  console.error(`seed ${seed}: ${Math.round(policy.decisions / SIMULATED)} decisions`);
}
// npm runs scripts in the folder of the package.
const rounded = JSON.stringify(policy, (_, part) => (typeof part === 'number' ? Number(part.toPrecision(9)) : part));
writeFileSync('models/shipped/ramp-policy.json', `${rounded}\n`);
console.error('written: models/shipped/ramp-policy.json');
