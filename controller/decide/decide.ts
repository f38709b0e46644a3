import type { Decision, Reason } from '../../domain/index.ts';
import { addWindows } from './add-windows.ts';
import { assessHealth } from './assess-health.ts';
import { checkData } from './check-data.ts';
import { checkGuardrails } from './check-guardrails.ts';
import { checkRestrictions } from './check-restrictions.ts';
import { checkPin, overrideReasons, withinMode } from './check-steering.ts';
import { checkSampleRatio, checkSharedIncident, checkSuspicion } from './check-validity.ts';
import { checkPause, checkWaiting } from './check-waiting.ts';
import { assessLearned } from './learned/assess-learned.ts';
import { checkLearned } from './learned/check-learned.ts';
import { type DecisionModels, modelsAtHand, NO_MODELS } from './learned/decision-models.ts';
import type { Observation, Outcome, Situation } from './observation.ts';
import { proposeMove } from './propose-move.ts';

/**
 * What to do with a rollout in progress: pure, synchronous, and the same for the same observation.
 *
 * Learned parts are asked where the observation names their models and `models` holds those; what is missing or broken of
 * them leaves the decision to the guardrails. Asserts that the rollout runs or is paused, and that no window comes twice.
 */
export function decide(observation: Observation, models: DecisionModels = NO_MODELS): Outcome {
  const { phase } = observation.rollout.state;
  if (phase !== 'running' && phase !== 'paused') throw new Error(`nothing to decide for a rollout that is ${phase}`);
  const atHand = observation.models === undefined ? NO_MODELS : modelsAtHand(observation.models, models);
  const evidence = addWindows(observation, atHand);
  const statistics = { observation, evidence, assessment: assessHealth(observation, evidence) };
  const assessment = { ...statistics.assessment, ...assessLearned(statistics, atHand) };
  const situation = { observation, evidence, assessment };
  return { decision: withinMode(situation, passGates(situation)), evidence, assessment };
}

/** Harm outranks every hold, and every hold outranks progress; a hold names everything that is being waited for. */
function passGates(situation: Situation): Decision {
  const { definition, state } = situation.observation.rollout;
  const overridden = overrideReasons(situation);
  const harm = checkGuardrails(situation);
  if (harm.length > 0) return rollback([...harm, ...overridden]);
  // Whatever rolls back beside the guardrails waits for the person who stopped the rollout.
  const pause = [...checkPause(situation), ...checkPin(situation)];
  const learned = checkLearned(situation);
  if (learned.rollback.length > 0 && pause.length === 0) return rollback(learned.rollback);
  const mismatch = checkSampleRatio(situation);
  // Ahead of the data gates: a treatment that loses its units would wait for them for ever.
  const isMismatchFatal = definition.onSampleRatioMismatch === 'rollback' && pause.length === 0;
  if (isMismatchFatal && mismatch.length > 0) return rollback(mismatch);
  const proposal = proposeMove(situation);
  const holds = [
    ...pause,
    ...learned.rollback,
    ...learned.holds,
    ...checkData(situation),
    ...mismatch,
    ...checkSharedIncident(situation),
    ...checkSuspicion(situation),
    ...checkWaiting(situation),
    ...checkRestrictions(situation),
    ...(proposal.kind === 'wait' ? proposal.reasons : []),
  ];
  if (proposal.kind === 'wait' || holds.length > 0) {
    return { action: 'hold', coverage: state.coverage, reasons: [...holds, ...learned.beside, ...overridden] };
  }
  const { decision } = proposal;
  return { ...decision, reasons: [...decision.reasons, ...learned.beside, ...overridden] };
}

function rollback(reasons: readonly Reason[]): Decision {
  return { action: 'rollback', coverage: 0, reasons };
}
