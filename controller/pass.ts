import { createHash } from 'node:crypto';
import {
  canonicalJson,
  type DecisionRecord,
  isInProgress,
  type JsonValue,
  type Rollout,
  type Scope,
  type Storage,
  type StoredState,
} from '../domain/index.ts';
import { type DecisionModels, decide, modelsInUse, type Observation, type Outcome } from './decide/index.ts';
import { observe } from './observe.ts';

/** A decision older than this many windows (but at least the floor) is too late to be applied. */
const DEADLINE_WINDOWS = 2;
const DEADLINE_FLOOR_MS = 5_000;

/** What one pass over one rollout came to. */
export interface PassReport {
  readonly rollout: Rollout;
  readonly observation: Observation;
  readonly outcome: Outcome;
  /** The record, when there was something to decide; absent when no window has closed since the last decision. */
  readonly record?: DecisionRecord;
  /** True when this pass's decision took effect; false when somebody else was faster. */
  readonly wasApplied: boolean;
}

/**
 * One reconcile of one rollout: observe, decide, record, apply; undefined when the rollout is not in progress.
 *
 * Losing or repeating a pass changes nothing: the record's id is a digest of its inputs and the apply is one
 * compare-and-set with a unique key per window. Without `models` no learned part is asked, and none is missed.
 */
export async function runPass(
  storage: Storage,
  scope: Scope,
  rolloutName: string,
  models?: DecisionModels,
): Promise<PassReport | undefined> {
  const rollout = await storage.rollouts.readRollout(scope, rolloutName);
  if (rollout === undefined || !isInProgress(rollout)) return undefined;
  const windows = await observe(storage, scope, rollout);
  const observation = models === undefined ? windows : { ...windows, models: modelsInUse(models) };
  const outcome = decide(observation, models);
  if (!isWorthRecording(observation, outcome)) return { rollout, observation, outcome, wasApplied: false };
  const record = recordOf(observation, outcome);
  await storage.decisions.append(scope, record);
  const [deciding] = outcome.decision.reasons;
  const wasApplied = await storage.rollouts.applyDecision({
    scope,
    rollout: rolloutName,
    generation: rollout.state.generation,
    revision: rollout.state.revision,
    windowEndMs: record.windowEndMs,
    decisionId: record.decisionId,
    action: outcome.decision.action,
    coverage: outcome.decision.coverage,
    ...(outcome.decision.allocation && { admission: outcome.decision.allocation.admission }),
    evidence: outcome.evidence as unknown as StoredState,
    deadlineMs: observation.nowMs + Math.max(DEADLINE_FLOOR_MS, DEADLINE_WINDOWS * rollout.definition.windowMs),
    reason: deciding?.message ?? outcome.decision.action,
    ...(deciding === undefined ? {} : { reasonCode: deciding.code }),
  });
  return { rollout, observation, outcome, record, wasApplied };
}

/** Every window has one official decision; between windows only a rollback (of a metric gone silent) is news. */
function isWorthRecording(observation: Observation, outcome: Outcome): boolean {
  return observation.windows.length > 0 || outcome.decision.action === 'rollback';
}

/** The record from which the decision can be explained, and made again. */
export function recordOf(observation: Observation, outcome: Outcome): DecisionRecord {
  const { definition, state } = observation.rollout;
  // The moment of looking is an input like any other, so it is part of the digest.
  const inputDigest = sha256(canonicalJson(observation));
  const key = {
    rollout: definition.rollout,
    generation: state.generation,
    windowEndMs: observation.closedThroughMs,
    inputDigest,
  };
  return {
    decisionId: sha256(canonicalJson(key)),
    rollout: definition.rollout,
    generation: state.generation,
    windowEndMs: observation.closedThroughMs,
    revision: state.revision,
    decision: outcome.decision,
    assessment: outcome.assessment as unknown as JsonValue,
    observation: observation as unknown as StoredState,
    inputDigest,
    decidedAtMs: observation.nowMs,
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
