import {
  type Authorship,
  fullCoverageOf,
  Problem,
  type Rollout,
  type RolloutMove,
  type RolloutPhase,
  SHARE_TOTAL,
} from '../../domain/index.ts';

/** What a person may do with a rollout. */
export const VERBS = ['start', 'pause', 'resume', 'rollback', 'complete', 'archive'] as const;

/** A verb of a person. */
export type Verb = (typeof VERBS)[number];

const FROM: Readonly<Record<Verb, readonly RolloutPhase[]>> = {
  start: ['draft'],
  pause: ['running'],
  resume: ['paused'],
  // A completed rollout can still be taken back; a finished rollback can be asked for again and changes nothing.
  rollback: ['running', 'paused', 'completed'],
  complete: ['running', 'paused'],
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
export function moveFor(verb: Verb, rollout: Rollout, by: Authorship & { readonly ifRevision?: number }): RolloutMove {
  const { phase, coverage, isArchived } = rollout.state;
  const fromPhases = FROM[verb];
  if (!fromPhases.includes(phase) || isArchived) throw refusal(verb, rollout);
  const common = { verb, fromPhases, actor: by.actor, ...(by.reason === undefined ? {} : { reason: by.reason }) };
  const guarded = { ...common, ifRevision: by.ifRevision ?? rollout.state.revision };
  switch (verb) {
    case 'start':
      return { ...guarded, phase: 'running', coverage: firstCoverageOf(rollout) };
    case 'pause':
      return { ...guarded, phase: 'paused' };
    case 'resume':
      return { ...guarded, phase: 'running' };
    case 'complete':
      return { ...guarded, phase: 'completed', coverage: SHARE_TOTAL };
    case 'rollback':
      return { ...common, phase: 'rolledBack', coverage: 0 };
    case 'archive':
      return { ...guarded, phase, coverage, isArchived: true };
  }
}

function firstCoverageOf({ definition }: Rollout): number {
  return definition.stages[0]?.coverage ?? fullCoverageOf(definition);
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
    rollback: 'be rolled back',
    complete: 'be completed',
    archive: 'be archived',
  };
  return words[verb];
}
