import {
  type Authorship,
  admissionAt,
  fullCoverageOf,
  NO_STEERING,
  Problem,
  type Rollout,
  type RolloutMove,
  type RolloutPhase,
  SHARE_TOTAL,
} from '../../domain/index.ts';
import { votedGenerationOf } from './checkpoints-ahead.ts';

/** What a person may do with a rollout. */
export const VERBS = [
  'start',
  'pause',
  'resume',
  'advance',
  'jump',
  'pin',
  'unpin',
  'override',
  'restore',
  'mode',
  'rollback',
  'complete',
  'retry',
  'archive',
] as const;

/** A verb of a person. */
export type Verb = (typeof VERBS)[number];

/** A verb that says all that there is to say. */
export type PlainVerb = Exclude<Verb, 'advance' | 'jump' | 'pin' | 'override' | 'restore' | 'mode'>;

const FROM: Readonly<Record<Verb, readonly RolloutPhase[]>> = {
  start: ['draft'],
  pause: ['running'],
  resume: ['paused'],
  advance: ['running', 'paused'],
  jump: ['running', 'paused'],
  pin: ['running', 'paused'],
  unpin: ['running', 'paused'],
  override: ['running', 'paused'],
  restore: ['running', 'paused'],
  mode: ['draft', 'running', 'paused'],
  // A completed rollout can still be taken back; a finished rollback can be asked for again and changes nothing.
  rollback: ['running', 'paused', 'completed'],
  complete: ['running', 'paused'],
  retry: ['rolledBack'],
  archive: ['draft', 'completed', 'rolledBack'],
};

/** The verbs that work in a phase. */
export function verbsIn(phase: RolloutPhase): readonly Verb[] {
  return VERBS.filter((verb) => FROM[verb].includes(phase));
}

/**
 * The move that a verb asks for, as a compare-and-set; Problem `wrongPhase` says what works instead.
 *
 * A rollback carries no revision: it wins over whatever happened in the meantime.
 */
export function moveFor(
  verb: PlainVerb,
  rollout: Rollout,
  by: Authorship & { readonly ifRevision?: number },
): RolloutMove {
  requireVerb(verb, rollout);
  const { phase, coverage, steering = NO_STEERING } = rollout.state;
  const move = guarded(verb, rollout, by);
  switch (verb) {
    case 'start':
      return { ...move, phase: 'running', ...firstUnitsOf(rollout) };
    case 'pause':
      return { ...move, phase: 'paused' };
    case 'resume':
      return { ...move, phase: 'running' };
    case 'unpin':
      return { ...move, phase, steering: { ...steering, pin: null } };
    case 'complete':
      return { ...move, phase: 'completed', ...admitting(rollout, SHARE_TOTAL) };
    case 'rollback': {
      const { ifRevision: _, ...always } = move;
      return { ...always, phase: 'rolledBack', coverage: 0 };
    }
    case 'retry': {
      const votes = steering.votes?.filter((vote) => vote.generation === votedGenerationOf(rollout.state));
      const anew = { ...NO_STEERING, mode: steering.mode, ...(votes === undefined ? {} : { votes }) };
      return { ...move, phase: 'running', ...firstUnitsOf(rollout), steering: anew, isNewGeneration: true };
    }
    case 'archive':
      return { ...move, phase, coverage, isArchived: true };
  }
}

/** What every move of a person but a rollback has: who, why, from which phases, and the revision that they have seen. */
export function guarded(
  verb: Verb,
  { state }: Rollout,
  { actor, reason, ifRevision = state.revision }: Authorship & { readonly ifRevision?: number },
): Omit<RolloutMove, 'phase'> {
  return { verb, fromPhases: FROM[verb], actor, ...(reason === undefined ? {} : { reason }), ifRevision };
}

/** Problem `wrongPhase` unless the verb works in the rollout's phase. */
export function requireVerb(verb: Verb, rollout: Rollout): void {
  const { phase, isArchived } = rollout.state;
  if (!FROM[verb].includes(phase) || isArchived) throw refusal(verb, rollout);
}

/** A coverage as part of a move, with how the units are divided that it admits for the first time. */
export function admitting(rollout: Rollout, coverage: number): Pick<RolloutMove, 'coverage' | 'admission'> {
  const admission = admissionAt(rollout, coverage);
  return { coverage, ...(admission === undefined ? {} : { admission }) };
}

/** A generation begins with nobody admitted. */
function firstUnitsOf({ definition, state: { admission: _, ...state } }: Rollout) {
  return admitting({ definition, state }, definition.stages[0]?.coverage ?? fullCoverageOf(definition));
}

function refusal(verb: Verb, { definition, state }: Rollout): Problem {
  const works = state.isArchived ? [] : verbsIn(state.phase);
  const phase = state.isArchived ? `${state.phase} and archived` : state.phase;
  const hint =
    works.length === 0
      ? 'nothing can be done with it any more; create a new rollout'
      : `what works now: ${works.join(', ')}`;
  return new Problem('wrongPhase', `"${definition.rollout}" is ${phase}, so it cannot ${describe(verb)}; ${hint}`);
}

function describe(verb: Verb): string {
  const words: Readonly<Record<Verb, string>> = {
    start: 'be started',
    pause: 'be paused',
    resume: 'be resumed',
    advance: 'be advanced',
    jump: 'jump',
    pin: 'be pinned',
    unpin: 'be unpinned',
    override: 'have a guardrail overridden',
    restore: 'have a guardrail restored',
    mode: 'be given a mode',
    rollback: 'be rolled back',
    complete: 'be completed',
    retry: 'be tried again',
    archive: 'be archived',
  };
  return words[verb];
}
