import type { KeptPace, PolicyChoice, Reason } from '../../../domain/index.ts';
import { choosePace as askPolicy, factorsOf, type RampPolicy, seedOf } from '../../../models/index.ts';
import type { ServedModel } from '../learned/decision-models.ts';
import type { Situation } from '../observation.ts';
import { percent } from '../words.ts';
import { decisionFeatures } from './decision-features.ts';
import { permittedPaces } from './permitted-paces.ts';

/** A pace that is kept from now on, and what is to be known of how it came about. */
export interface PaceChoice {
  readonly kept: KeptPace;
  readonly reason: Reason;
  /** Absent where no policy could be asked. */
  readonly choice?: PolicyChoice;
}

/**
 * Lets the policy choose the pace of this generation, once.
 *
 * It chooses only among permitted paces; the pace is sampled from the propensities that are recorded, and nothing is changed
 * afterwards. Whatever is missing or broken of it leaves the rollout to the pace of its plan.
 */
export function choosePace(situation: Situation, ramp: ServedModel<RampPolicy> | null | undefined): PaceChoice {
  if (!ramp) return withoutPolicy(situation, 'no ramp policy is at hand');
  const { observation } = situation;
  const { definition, state } = observation.rollout;
  const paces = permittedPaces(definition);
  const question = {
    features: decisionFeatures(situation),
    paces,
    scheduled: paces.findIndex(({ pace }) => pace === 'asPlanned'),
    factors: factorsOf(definition.appetite),
    seed: seedOf(definition.rollout, state.generation, observation.closedThroughMs),
  };
  const answer = askPolicy(ramp.artefact, question);
  if (answer === undefined) return withoutPolicy(situation, `ramp policy ${ramp.id} gives no probabilities`);
  const choice: PolicyChoice = {
    policy: ramp.id,
    hash: ramp.hash,
    schema: ramp.artefact.schema,
    features: { ...question.features },
    seed: question.seed,
    paces: paces.map((pace, a) => ({ ...pace, propensity: answer.propensities[a]! })),
    taken: answer.taken,
    scheduled: question.scheduled,
    mainInputs: answer.mainInputs,
  };
  const { pace } = paces[answer.taken]!;
  return { kept: { pace, policy: ramp.id, sinceMs: observation.nowMs }, reason: inWords(choice), choice };
}

function inWords({ policy, paces, taken }: PolicyChoice): Reason {
  const chosen = paces[taken]!;
  const others = paces.filter((_, a) => a !== taken).map(({ pace, propensity }) => `${pace} ${percent(propensity)}`);
  const probable = `with a probability of ${percent(chosen.propensity)}`;
  return {
    code: 'policyChoice',
    message: `ramp policy ${policy} chose the pace ${chosen.pace} for this rollout ${probable}${others.length === 0 ? '' : ` (${others.join(', ')})`}`,
  };
}

function withoutPolicy({ observation }: Situation, what: string): PaceChoice {
  return {
    kept: { pace: 'asPlanned', policy: null, sinceMs: observation.nowMs },
    reason: {
      code: 'modelUnavailable',
      message: `${what}: this rollout keeps the pace of its plan`,
      releasedBy: 'a new generation, with a ramp policy that can be asked',
    },
  };
}
