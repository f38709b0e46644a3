import { decide, type Observation } from '../../../controller/index.ts';
import type { ClosedWindow, DecisionRecord, DecisionToApply, RolloutState } from '../../../domain/index.ts';
import { isMove } from '../store/apply-decision.ts';
import type { RolloutTable } from '../store/tables.ts';
import type { Violate } from './violation.ts';

/** A decision must not be older than two windows, and may always be five seconds old. */
const MAX_AGE_WINDOWS = 2;
const MAX_AGE_FLOOR_MS = 5_000;

/** A decision that has taken effect, and what it met. */
export interface Applied {
  readonly decision: DecisionToApply;
  /** As logged before; undefined when nothing was. */
  readonly record: DecisionRecord | undefined;
  /** The rollout before the decision. */
  readonly stateBefore: RolloutState;
  readonly rollout: RolloutTable;
  readonly nowMs: number;
  /** How far evidence reached that was saved earlier, by its text. */
  readonly saved: ReadonlyMap<string, number>;
  /** Closed windows of an interval of ends. */
  readonly windowsBetween: (fromMs: number, throughMs: number) => readonly ClosedWindow[];
}

/** Holds a decision that has taken effect against its record. */
export function checkDecision(applied: Applied, violate: Violate): void {
  const { decision, record } = applied;
  if (record === undefined) {
    violate('log first', `${decision.action} ${decision.decisionId.slice(0, 8)} took effect without a record`);
    return;
  }
  const observation = record.observation as unknown as Observation;
  checkMadeAgain(applied, record, observation, violate);
  if (isMove(decision)) checkMove(applied, record, observation, violate);
  if (decision.action === 'rollback') return;
  if (JSON.stringify(observation.rollout.state) !== JSON.stringify(applied.stateBefore)) {
    const { revision } = observation.rollout.state;
    violate('as observed', `${decision.action} saw revision ${revision} and met ${applied.stateBefore.revision}`);
  }
  checkEvidence(applied, observation, violate);
}

function checkMadeAgain(
  { decision, rollout }: Applied,
  record: DecisionRecord,
  observation: Observation,
  violate: Violate,
): void {
  const again = decide(observation);
  const { action, coverage } = record.decision;
  const isSame = JSON.stringify(again.decision) === JSON.stringify(record.decision);
  if (!isSame || decision.action !== action || decision.coverage !== coverage) {
    violate('decision recomputes', `${decision.action} comes out as ${again.decision.action}`);
  }
  const isSaved = rollout.evidence.throughMs === decision.windowEndMs && decision.action !== 'rollback';
  if (isSaved && rollout.evidence.state !== JSON.stringify(again.evidence)) {
    violate('decision recomputes', `the evidence of ${decision.action} comes out otherwise`);
  }
}

function checkMove(
  { decision, rollout, nowMs }: Applied,
  { decidedAtMs }: DecisionRecord,
  { closedThroughMs, windows, rollout: observed }: Observation,
  violate: Violate,
): void {
  const ageMs = nowMs - decidedAtMs;
  if (ageMs >= Math.max(MAX_AGE_FLOOR_MS, MAX_AGE_WINDOWS * observed.definition.windowMs)) {
    violate('deadline', `${decision.action} was applied ${ageMs} ms after it was decided`);
  }
  const isClosed = windows.length > 0 && windows.every(({ endMs }) => endMs <= rollout.closedThroughMs);
  if (!isClosed || closedThroughMs > rollout.closedThroughMs) {
    violate('closed window', `${decision.action} through ${closedThroughMs}, closed is ${rollout.closedThroughMs}`);
  }
}

/** What was observed must be all that was closed since the evidence that it was added to. */
function checkEvidence({ decision, saved, windowsBetween }: Applied, observation: Observation, violate: Violate): void {
  const fromMs = observation.evidence === null ? 0 : saved.get(JSON.stringify(observation.evidence));
  if (fromMs === undefined) {
    violate('evidence', `${decision.action} goes on from evidence that was never saved`);
    return;
  }
  const windows = windowsBetween(fromMs, observation.closedThroughMs);
  if (JSON.stringify(windows) !== JSON.stringify(observation.windows)) {
    violate('evidence', `${decision.action} saw ${observation.windows.length} windows of ${windows.length}`);
  }
}
