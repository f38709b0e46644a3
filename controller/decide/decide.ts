import type { Decision, KeptPace, Reason } from '../../domain/index.ts';
import { addWindows } from './add-windows.ts';
import { withSplit } from './allocation/choose-split.ts';
import { withdrawal } from './allocation/withdraw-treatments.ts';
import { assessEnvelope } from './assess-envelope.ts';
import { assessHealth } from './assess-health.ts';
import { checkData } from './check-data.ts';
import { harmfulTreatments } from './check-guardrails.ts';
import { checkRestrictions } from './check-restrictions.ts';
import { checkPin, overrideReasons, withinMode } from './check-steering.ts';
import { checkSampleRatio, checkSharedIncident, checkSuspicion } from './check-validity.ts';
import { checkPace, checkPause, checkWaiting } from './check-waiting.ts';
import { envelopeOf } from './envelope.ts';
import type { EnvelopeAssessment } from './health-assessment.ts';
import { assessLearned } from './learned/assess-learned.ts';
import { checkLearned } from './learned/check-learned.ts';
import { type DecisionModels, modelsAtHand, NO_MODELS } from './learned/decision-models.ts';
import type { Observation, Outcome, Situation } from './observation.ts';
import { atPace } from './pace/at-pace.ts';
import { proposeMove } from './propose-move.ts';
import { checkSecondLook, stepBack } from './second-look.ts';
import { assessUsual } from './usual/assess-usual.ts';
import { whenRead } from './when-read.ts';

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
  const assessment = {
    ...statistics.assessment,
    ...assessLearned(statistics, atHand),
    ...assessUsual(statistics, atHand),
  };
  const situation = { observation, evidence, assessment };
  const { decision: gated, envelope, pace = evidence.pace } = passGates(situation, atHand);
  const { decision, splitAtMs } = withSplit(situation, gated);
  const within = withinMode(situation, decision);
  const isSplit = splitAtMs !== undefined && within.allocation !== undefined;
  const allocation = evidence.allocation && { ...evidence.allocation, ...(isSplit ? { splitAtMs } : {}) };
  const kept = pace === undefined ? {} : { pace };
  return {
    decision: within,
    evidence: { ...evidence, ...(allocation === undefined ? {} : { allocation }), ...kept },
    assessment: { ...assessment, envelope, ...(observation.rollout.definition.rampPolicy === 'learned' ? kept : {}) },
  };
}

/** A decision, and what might have been done instead. */
interface Gated {
  readonly decision: Decision;
  readonly envelope: EnvelopeAssessment;
  /** Absent: none was chosen or followed. */
  readonly pace?: KeptPace;
}

/** Harm outranks every hold, and every hold outranks progress; a hold names everything that is being waited for. */
function passGates(situation: Situation, models: DecisionModels): Gated {
  const { definition, state } = situation.observation.rollout;
  const overridden = overrideReasons(situation);
  const harmful = harmfulTreatments(situation);
  const harm = harmful.flatMap(({ reasons }) => reasons);
  const withdrawn = harm.length > 0 ? withdrawal(situation, harmful) : undefined;
  if (withdrawn !== undefined) {
    const envelope = envelopeOf(situation, [withdrawn.told, ...harm]);
    const reasons = [...envelope.holds, ...overridden];
    const decision = { action: 'hold', coverage: state.coverage, reasons, allocation: withdrawn.choice } as const;
    return { decision, envelope: assessEnvelope(situation, envelope, decision) };
  }
  if (harm.length > 0) return rollback([...harm, ...overridden]);
  // Whatever rolls back beside the guardrails waits for the person who stopped the rollout.
  const pause = [...checkPause(situation), ...checkPin(situation)];
  const learned = checkLearned(situation);
  if (learned.rollback.length > 0 && pause.length === 0) return rollback(learned.rollback);
  const mismatch = checkSampleRatio(situation);
  // Ahead of the data gates: a treatment that loses its units would wait for them for ever.
  const isMismatchFatal = definition.onSampleRatioMismatch === 'rollback' && pause.length === 0;
  if (isMismatchFatal && mismatch.length > 0) return rollback(mismatch);
  const data = [...checkData(situation), ...mismatch, ...checkSharedIncident(situation)];
  const restrictions = checkRestrictions(situation);
  const envelope = envelopeOf(situation, [
    ...pause,
    ...learned.rollback,
    ...learned.holds,
    ...data,
    ...checkSuspicion(situation),
    ...checkSecondLook(situation),
    ...checkWaiting(situation),
    ...restrictions,
  ]);
  const proposal = proposeMove(situation, envelope);
  const pace = checkPace(situation);
  const holds = [...envelope.holds, ...pace, ...(proposal.kind === 'wait' ? proposal.reasons : [])];
  const held: Decision = { action: 'hold', coverage: state.coverage, reasons: holds };
  const beside = [...learned.beside, ...overridden];
  const back = stepBack(situation, [...pause, ...data, ...restrictions]);
  if (back !== undefined) {
    const decision = { ...back, reasons: [...back.reasons, ...beside] };
    return { decision, envelope: assessEnvelope(situation, envelope, decision) };
  }
  if (proposal.kind === 'wait' || envelope.holds.length > 0) {
    const decision = { ...held, reasons: [...holds, ...beside] };
    return { decision, envelope: assessEnvelope(situation, envelope, decision) };
  }
  const scheduled = pace.length > 0 ? held : proposal.decision;
  const assessed = assessEnvelope(situation, envelope, scheduled, proposal.decision);
  const { decision, ...paced } = atPace(situation, { envelope, scheduled, move: proposal.decision }, models);
  return { decision: { ...decision, reasons: [...decision.reasons, ...beside] }, envelope: assessed, ...paced };
}

/** After a breach there is nothing to choose. */
function rollback(reasons: readonly Reason[]): Gated {
  return {
    decision: { action: 'rollback', coverage: 0, reasons },
    envelope: whenRead<EnvelopeAssessment>({
      reasons: () => reasons,
      actions: () => [{ action: 'rollback', coverage: 0, isPermitted: true, refusedBy: [] }],
      scheduledCoverage: () => 0,
    }),
  };
}
