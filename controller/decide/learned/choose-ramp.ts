import type { Decision, PolicyChoice, Reason } from '../../../domain/index.ts';
import {
  chooseAction,
  factorsOf,
  type RampAction,
  type RampAnswer,
  type RampPolicy,
  seedOf,
} from '../../../models/index.ts';
import type { Envelope } from '../envelope.ts';
import type { Situation } from '../observation.ts';
import { assessActions } from '../permitted-actions.ts';
import { doubtsOf } from '../propose-move.ts';
import { coverageInWords, percent } from '../words.ts';
import { decisionFeatures } from './decision-features.ts';
import type { DecisionModels, ServedModel } from './decision-models.ts';

/** A learned policy's choice, or why the schedule decides instead. */
export type RampChoice =
  | { readonly kind: 'chosen'; readonly decision: Decision }
  | { readonly kind: 'schedule'; readonly reasons: readonly Reason[] };

/**
 * Lets the learned policy choose in place of a ramp that the schedule would make now.
 *
 * It is asked only where a ramp is permitted, and only among permitted actions; the action is sampled from the propensities
 * that are recorded, and nothing is changed afterwards. Whatever is missing or broken of it leaves the ramp to the schedule.
 */
export function chooseRamp(
  situation: Situation,
  envelope: Envelope,
  scheduled: Decision,
  { ramp }: DecisionModels,
): RampChoice {
  const { definition } = situation.observation.rollout;
  if (definition.rampPolicy !== 'learned' || scheduled.action !== 'ramp') return { kind: 'schedule', reasons: [] };
  // What was learned says nothing of a rollout like none before.
  if (situation.assessment.learned?.some(({ isNovel }) => isNovel)) return { kind: 'schedule', reasons: [] };
  if (!ramp) return unavailable('no ramp policy is at hand');
  const answer = asked(situation, envelope, scheduled, ramp);
  return answer ?? unavailable(`ramp policy ${ramp.id} gives no probabilities`);
}

function asked(
  situation: Situation,
  envelope: Envelope,
  scheduled: Decision,
  ramp: ServedModel<RampPolicy>,
): RampChoice | undefined {
  const { observation } = situation;
  const { definition, state } = observation.rollout;
  const actions = assessActions(situation, envelope, scheduled.coverage)
    .filter(({ isPermitted }) => isPermitted)
    .map(({ action, coverage }) => ({ action, coverage }) as RampAction);
  const question = {
    features: decisionFeatures(situation),
    actions,
    scheduled: actions.findIndex(({ action, coverage }) => action === 'ramp' && coverage === scheduled.coverage),
    factors: factorsOf(definition.appetite),
    seed: seedOf(definition.rollout, state.generation, observation.closedThroughMs),
  };
  const answer = chooseAction(ramp.artefact, question);
  return answer && { kind: 'chosen', decision: decisionOf(situation, scheduled, ramp, { ...question, answer }) };
}

interface Answered {
  readonly features: ReturnType<typeof decisionFeatures>;
  readonly actions: readonly RampAction[];
  readonly scheduled: number;
  readonly seed: number;
  readonly answer: RampAnswer;
}

function decisionOf(
  situation: Situation,
  scheduled: Decision,
  { id, hash, artefact }: ServedModel<RampPolicy>,
  { features, actions, scheduled: place, seed, answer }: Answered,
): Decision {
  const { action, coverage } = actions[answer.taken]!;
  const choice: PolicyChoice = {
    policy: id,
    hash,
    schema: artefact.schema,
    features: { ...features },
    seed,
    actions: actions.map((one, a) => ({ ...one, propensity: answer.propensities[a]! })),
    taken: answer.taken,
    scheduled: place,
    mainInputs: answer.mainInputs,
  };
  // The schedule's own reason and what is to be known beside it stand where the policy wants the same.
  const others = answer.taken === place ? scheduled.reasons : action === 'ramp' ? doubtsOf(situation, coverage) : [];
  const told = inWords(choice);
  const reason: Reason = action === 'hold' ? { ...told, releasedBy: 'the next window: it is asked again' } : told;
  return { action, coverage, reasons: [reason, ...others], choice };
}

function inWords({ policy, actions, taken, scheduled }: PolicyChoice): Reason {
  const named = ({ action, coverage }: PolicyChoice['actions'][number]) =>
    action === 'hold' ? 'hold' : coverageInWords(coverage);
  const chosen = actions[taken]!;
  const others = actions.filter((_, a) => a !== taken).map((one) => `${named(one)} ${percent(one.propensity)}`);
  const schedule =
    taken === scheduled ? 'as the schedule would' : `the schedule would go to ${named(actions[scheduled]!)}`;
  return {
    code: 'policyChoice',
    message: `ramp policy ${policy} chose ${named(chosen)} with a probability of ${percent(chosen.propensity)} (${others.join(', ')}); ${schedule}`,
  };
}

function unavailable(what: string): RampChoice {
  const reason: Reason = {
    code: 'modelUnavailable',
    message: `${what}: the schedule chooses alone`,
    releasedBy: 'a ramp policy that can be asked',
  };
  return { kind: 'schedule', reasons: [reason] };
}
