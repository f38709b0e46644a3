import { moveFor, type PlainVerb } from '../../controller/index.ts';
import { Problem, type RolloutDefinition, type RolloutPhase, type Scope, type Storage } from '../../domain/index.ts';
import type { Choices } from './choices.ts';
import type { Machine } from './machine.ts';

const BY_PERSON = { actor: 'key:person', reason: 'because' };

/** What people press in a phase, and how often compared with each other. */
const WISHES: Readonly<Record<RolloutPhase, readonly (readonly [PlainVerb, number])[]>> = {
  draft: [['start', 1]],
  running: [
    ['pause', 20],
    ['rollback', 2],
    ['complete', 1],
  ],
  paused: [
    ['resume', 40],
    ['rollback', 2],
    ['complete', 1],
  ],
  completed: [
    ['rollback', 1],
    ['archive', 4],
  ],
  rolledBack: [['archive', 1]],
};

/** Somebody in front of a console. */
export interface PersonParts {
  readonly machine: Machine;
  readonly choices: Choices;
  readonly scope: Scope;
  readonly storage: Storage;
  /** What may be rolled out, one after the other of the same flag. */
  readonly definitions: readonly RolloutDefinition[];
}

/** Acts now and then: looks at a rollout, thinks, and presses a button. */
export async function actOnce({ machine, choices, scope, storage, definitions }: PersonParts): Promise<void> {
  const definition = choices.pick(definitions);
  try {
    const rollout = await storage.rollouts.readRollout(scope, definition.rollout);
    await new Promise<void>((resolve) => machine.goOnAfter(choices.between(0, 3_000), resolve));
    if (rollout === undefined) {
      await storage.rollouts.createRollout(scope, definition, BY_PERSON);
      return;
    }
    const wishes = WISHES[rollout.state.phase].flatMap(([verb, weight]) => Array.from({ length: weight }, () => verb));
    const verb = choices.pick(wishes);
    await storage.rollouts.moveRollout(scope, definition.rollout, moveFor(verb, rollout, BY_PERSON));
  } catch (error) {
    // What a person asks for may be impossible by now, or the database away: they see a message and go on.
    if (!(error instanceof Problem)) throw error;
  }
}
