import type { DecisionRecord, LearningStorage, Rollout, Scope, StoredState } from '../../domain/index.ts';
import { aRolloutDefinition, BY_TESTER } from '../../test/storage/builders.ts';
import { recordedWorld } from '../../test/training/recorded-world.ts';

/** So many rollouts are made and stored at a time. */
const AT_ONCE = 20;

/** Stores rollouts that are over, as the real `decide` recorded them minute by minute, with an operator's label on each. */
export async function storeLoggedRollouts(
  storage: LearningStorage,
  scope: Scope,
  { rollouts, minutes }: { readonly rollouts: number; readonly minutes: number },
): Promise<void> {
  const move = { ...BY_TESTER, fromPhases: ['draft', 'running'] } as const;
  // Each world is a seed of its own: twenty rollouts are made, stored and forgotten.
  for (let first = 0; first < rollouts; first += AT_ONCE) {
    const world = recordedWorld({ rollouts: AT_ONCE, minutes, seed: first + 1 });
    for (const [index, { records, labels }] of world.entries()) {
      const rollout = `logged-${first + index}`;
      await storage.rollouts.createRollout(scope, aRolloutDefinition({ rollout, salt: rollout }), BY_TESTER);
      await storage.rollouts.moveRollout(scope, rollout, { ...move, verb: 'start', phase: 'running' });
      await storage.rollouts.moveRollout(scope, rollout, {
        ...move,
        verb: 'rollback',
        phase: 'rolledBack',
        coverage: 0,
      });
      await Promise.all(records.map((record) => storage.decisions.append(scope, renamed(record, rollout))));
      for (const label of labels)
        await storage.labels.append(scope, { ...label, rollout, labelId: `label-${rollout}` });
    }
  }
}

/** The rollouts of each world have the same names, and a data set tells rollouts apart by them. */
function renamed(record: DecisionRecord, rollout: string): DecisionRecord {
  const observation = record.observation as unknown as { readonly rollout: Rollout };
  const { definition } = observation.rollout;
  const renamedRollout = { ...observation.rollout, definition: { ...definition, rollout } };
  return {
    ...record,
    rollout,
    decisionId: `${record.decisionId}-${rollout}`,
    observation: { ...observation, rollout: renamedRollout } as unknown as StoredState,
  };
}
