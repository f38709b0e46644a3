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

/** What is chosen among. */
export interface Choosable {
  readonly envelope: Envelope;
  /** What the schedule does now. */
  readonly scheduled: Decision;
  /** The move that it would make if the dwell were over. */
  readonly move: Decision;
}

/** A decision, and what is to be known of how it came about. */
export interface RampChoice {
  readonly decision: Decision;
  readonly reasons: readonly Reason[];
}

/**
 * Lets the learned policy choose in place of the schedule where a ramp is permitted.
 *
 * It chooses only among permitted actions; the action is sampled from the propensities that are recorded, and nothing is
 * changed afterwards. Before the planned dwell is over it is asked each time that the shortest one has passed again: what it
 * chooses stands so long, and how often windows close does not decide how soon it has had enough. Whatever is missing or broken of
 * it leaves the decision to the schedule.
 */
export function chooseRamp(situation: Situation, choosable: Choosable, { ramp }: DecisionModels): RampChoice {
  const { scheduled, move } = choosable;
  const { definition } = situation.observation.rollout;
  const asSchedule = (reasons: readonly Reason[]): RampChoice => ({ decision: scheduled, reasons });
  if (definition.rampPolicy !== 'learned' || move.action !== 'ramp') return asSchedule([]);
  // What was learned says nothing of a rollout like none before.
  if (situation.assessment.learned?.some(({ isNovel }) => isNovel)) return asSchedule([]);
  if (!ramp) return asSchedule(unavailable('no ramp policy is at hand'));
  if (scheduled.action === 'hold' && !isTimeToAsk(situation)) return asSchedule([]);
  const decision = asked(situation, choosable, ramp);
  return decision === undefined
    ? asSchedule(unavailable(`ramp policy ${ramp.id} gives no probabilities`))
    : { decision, reasons: [] };
}

/**
 * Whether the shortest dwell has passed once more since the decision before, which came as much earlier as the windows that this
 * one is the first to see are long. Windows close late, so their own times would come too late to ask by.
 */
function isTimeToAsk({ observation }: Situation): boolean {
  const { nowMs, rollout, windows } = observation;
  const { shortestDwellMs = 0 } = rollout.definition;
  const [first, last] = [windows[0], windows.at(-1)];
  if (shortestDwellMs === 0 || first === undefined || last === undefined) return shortestDwellMs === 0;
  const dwells = (atMs: number) => Math.floor((atMs - rollout.state.coverageSinceMs) / shortestDwellMs);
  return dwells(nowMs) > dwells(nowMs - (last.endMs - first.startMs));
}

function asked(
  situation: Situation,
  { envelope, scheduled, move }: Choosable,
  ramp: ServedModel<RampPolicy>,
): Decision | undefined {
  const { observation } = situation;
  const { definition, state } = observation.rollout;
  const actions = assessActions(situation, envelope, move.coverage)
    .filter(({ isPermitted }) => isPermitted)
    .map(({ action, coverage }) => ({ action, coverage }) as RampAction);
  const question = {
    features: decisionFeatures(situation),
    actions,
    scheduled: actions.findIndex(
      ({ action, coverage }) => action === scheduled.action && coverage === scheduled.coverage,
    ),
    factors: factorsOf(definition.appetite),
    seed: seedOf(definition.rollout, state.generation, observation.closedThroughMs),
  };
  const answer = chooseAction(ramp.artefact, question);
  return answer && decisionOf(situation, scheduled, ramp, { ...question, answer });
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
  const until = scheduled.action === 'hold' ? 'the shortest dwell, over once more' : 'the next window';
  const reason: Reason = action === 'hold' ? { ...told, releasedBy: `${until}: it is asked again` } : told;
  return { action, coverage, reasons: [reason, ...others], choice };
}

function inWords({ policy, actions, taken, scheduled }: PolicyChoice): Reason {
  const named = ({ action, coverage }: PolicyChoice['actions'][number]) =>
    action === 'hold' ? 'hold' : coverageInWords(coverage);
  const chosen = actions[taken]!;
  const others = actions.filter((_, a) => a !== taken).map((one) => `${named(one)} ${percent(one.propensity)}`);
  const other = actions[scheduled]!;
  const wish = other.action === 'hold' ? 'hold' : `go to ${named(other)}`;
  const schedule = taken === scheduled ? 'as the schedule would' : `the schedule would ${wish}`;
  return {
    code: 'policyChoice',
    message: `ramp policy ${policy} chose ${named(chosen)} with a probability of ${percent(chosen.propensity)} (${others.join(', ')}); ${schedule}`,
  };
}

function unavailable(what: string): readonly Reason[] {
  return [
    {
      code: 'modelUnavailable',
      message: `${what}: the schedule chooses alone`,
      releasedBy: 'a ramp policy that can be asked',
    },
  ];
}
