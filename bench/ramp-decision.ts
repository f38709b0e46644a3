import { type DecisionModels, decide, type Observation, shippedModels } from '../controller/index.ts';
import { readScenarios } from '../simulate/index.ts';
import { LEARNED_PACE, ourPolicy, runWorld } from '../simulation/index.ts';
import { compareSpeeds } from './cpu-time.ts';

// CPU time of the one decision in which the ramp policy chooses the pace, all learned parts on, beside the same one by the schedule.
//   npm run bench:ramp-decision
const ROUNDS = 9;
// The first round is thrown away: it takes a thousand decisions until V8 has compiled everything.
const DECISIONS = 1_000;
const models: DecisionModels = shippedModels();

const observation = asked();
const scheduled: Observation = {
  ...observation,
  rollout: {
    ...observation.rollout,
    definition: { ...observation.rollout.definition, rampPolicy: 'schedule' },
  },
};
if (decide(observation, models).decision.choice === undefined) throw new Error('the policy was not asked');
if (decide(scheduled, models).decision.choice !== undefined) throw new Error('the policy was asked');
const callsPerRound = { policy: DECISIONS, schedule: DECISIONS };
const rivals = { policy: deciding(observation), schedule: deciding(scheduled) };
const speeds = await compareSpeeds(rivals, { rounds: ROUNDS, callsPerRound });
for (const [name, { median }] of Object.entries(speeds))
  console.log(`by the ${name}: ${(1_000 / median).toFixed(3)} ms`);

/** The first observation of a simulated rollout at which the policy chose. */
function asked(): Observation {
  const [scenario] = readScenarios('B1');
  let found: Observation | undefined;
  const policy = ourPolicy({
    name: 'asked',
    setting: 'tuned',
    settings: { ...LEARNED_PACE, riskModel: 'hold', beyondHalf: 'evidence' },
    models,
    onDecision: ({ decision }, made) => {
      if (decision.choice !== undefined) found ??= made;
    },
  });
  runWorld(scenario!, 10_001, policy);
  if (found === undefined) throw new Error('the policy was never asked');
  return found;
}

function deciding(of: Observation): (callCount: number) => number {
  return (callCount) => {
    let coverage = 0;
    for (let index = 0; index < callCount; index += 1) coverage = decide(of, models).decision.coverage;
    return coverage;
  };
}
