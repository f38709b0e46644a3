import type { LearningStorage, Scope } from '../../domain/index.ts';
import { aRolloutDefinition, aFlag as aStoredFlag, BY_TESTER } from '../storage/builders.ts';
import { recordedWorld, type WorldOptions } from '../training/recorded-world.ts';

/** Puts rollouts that are over into a storage: their records, and an operator's label on each. */
export async function storeWorld(storage: LearningStorage, scope: Scope, options: WorldOptions): Promise<void> {
  await storage.flags.writeFlag(scope, 'checkout', aStoredFlag, BY_TESTER);
  for (const { definition, records, labels } of recordedWorld(options)) {
    const { rollout } = definition;
    await storage.rollouts.createRollout(scope, aRolloutDefinition({ rollout, salt: rollout }), BY_TESTER);
    const move = { ...BY_TESTER, fromPhases: ['draft', 'running'] } as const;
    await storage.rollouts.moveRollout(scope, rollout, { ...move, verb: 'start', phase: 'running' });
    await storage.rollouts.moveRollout(scope, rollout, { ...move, verb: 'rollback', phase: 'rolledBack', coverage: 0 });
    for (const record of records) await storage.decisions.append(scope, record);
    for (const label of labels) await storage.labels.append(scope, label);
  }
}
