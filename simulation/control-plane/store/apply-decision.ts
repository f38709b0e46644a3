import { type DecisionToApply, type RolloutPhase, SHARE_TOTAL } from '../../../domain/index.ts';
import { type RolloutTable, recordChange, requireEnvironment, type Tables } from './tables.ts';

/** A rollback has a slot of its own. */
export const ROLLBACK_SLOT = 0;

/** What a decision meets when it arrives. */
interface Arrival {
  readonly decision: DecisionToApply;
  readonly rollout: RolloutTable;
  readonly nowMs: number;
}

/** The conditions of `storage/apply-decision.ts`, one by one, so that each can be tried without the others. */
export const GUARDS = {
  generation: ({ decision, rollout }) => decision.generation === rollout.state.generation,
  evidence: ({ decision, rollout }) =>
    decision.action === 'rollback' || decision.windowEndMs > rollout.evidence.throughMs,
  revision: ({ decision, rollout }) => decision.action === 'rollback' || decision.revision === rollout.state.revision,
  key: ({ decision, rollout }) => decision.action === 'rollback' || !rollout.decisionKeys.has(decision.windowEndMs),
  phase: ({ decision, rollout }) =>
    PHASES[decision.action].includes(rollout.state.phase) &&
    (!isTakingBack(decision) || (rollout.state.steering?.mode ?? 'automatic') === 'automatic'),
  coverage: ({ decision, rollout }) => isCoverageAllowed(decision, rollout),
  deadline: ({ decision, nowMs }) => !isMove(decision) || nowMs < decision.deadlineMs,
} as const satisfies Record<string, (arrival: Arrival) => boolean>;

/** The name of a condition. */
export type Guard = keyof typeof GUARDS;

const PHASES: Readonly<Record<DecisionToApply['action'], readonly RolloutPhase[]>> = {
  ramp: ['running'],
  stepBack: ['running'],
  complete: ['running'],
  hold: ['running', 'paused'],
  rollback: ['running', 'paused'],
};

/** Applies a decision together with its evidence if all of `guards` let it pass; else nothing happens. */
export function applyDecision(
  tables: Tables,
  decision: DecisionToApply,
  nowMs: number,
  guards: readonly Guard[] = Object.keys(GUARDS) as Guard[],
): boolean {
  const rollout = requireEnvironment(tables, decision.scope).rollouts.get(decision.rollout);
  if (rollout === undefined || !guards.every((guard) => GUARDS[guard]({ decision, rollout, nowMs }))) return false;
  saveEvidence(rollout, decision);
  takeEffect(tables, rollout, decision, nowMs);
  return true;
}

/** A change of coverage that leaves the rollout going, or completes it. */
export function isMove({ action }: Pick<DecisionToApply, 'action'>): boolean {
  return action === 'ramp' || action === 'stepBack' || action === 'complete';
}

/** What a person can switch off. */
function isTakingBack({ action, admission }: DecisionToApply): boolean {
  return action === 'rollback' || (action === 'hold' && admission !== undefined);
}

function isCoverageAllowed({ action, coverage }: DecisionToApply, { state, coverageCeiling }: RolloutTable): boolean {
  if (action === 'complete') return coverage === SHARE_TOTAL;
  if (action === 'stepBack') return coverage > 0 && coverage < state.coverage;
  return action !== 'ramp' || (coverage > state.coverage && coverage <= coverageCeiling);
}

/** A rollback in a window that has its decision leaves the evidence of that. */
function saveEvidence(rollout: RolloutTable, { action, windowEndMs, evidence }: DecisionToApply): void {
  if (action === 'rollback' && windowEndMs <= rollout.evidence.throughMs) return;
  rollout.evidence = { throughMs: windowEndMs, state: JSON.stringify(evidence) };
}

function takeEffect(tables: Tables, rollout: RolloutTable, decision: DecisionToApply, nowMs: number): void {
  const { action, windowEndMs, decisionId, reason } = decision;
  rollout.decisionKeys.set(action === 'rollback' ? ROLLBACK_SLOT : windowEndMs, decisionId);
  if (action === 'hold' && decision.admission === undefined) return;
  const coverage = action === 'rollback' ? 0 : decision.coverage;
  const { state } = rollout;
  rollout.state = {
    ...state,
    phase: PHASE_AFTER[action] ?? state.phase,
    revision: state.revision + 1,
    coverage,
    coverageSinceMs: isMove(decision) && coverage === state.coverage ? state.coverageSinceMs : nowMs,
    ...(decision.admission === undefined ? {} : { admission: decision.admission }),
  };
  if (action === 'complete' || action === 'rollback') rollout.schedule = undefined;
  const { phase, generation, revision } = rollout.state;
  recordChange(requireEnvironment(tables, decision.scope), {
    kind: action === 'hold' ? 'withdraw' : action,
    subject: decision.rollout,
    payload: { phase, coverage, generation, revision, decisionId, reason },
    actor: 'controller',
    atMs: nowMs,
  });
}

const PHASE_AFTER: Readonly<Partial<Record<DecisionToApply['action'], RolloutPhase>>> = {
  complete: 'completed',
  rollback: 'rolledBack',
};
