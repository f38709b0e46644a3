import type { JsonObject, LearningStorage, Scope } from '../../domain/index.ts';
import { aRolloutDefinition, aFlag as aStoredFlag, BY_TESTER } from '../storage/builders.ts';
import { recordedWorld, type WorldOptions } from '../training/recorded-world.ts';

/** A world to be stored; by default every rollout has its label. */
interface StoredWorldOptions extends WorldOptions {
  readonly isLabelled?: (index: number) => boolean;
  /** What the records tell of models; they are recorded as of now. */
  readonly learned?: readonly JsonObject[];
  /** Whether they are recorded as of now, with what models themselves have said. */
  readonly isNow?: boolean;
}

/** Evidence of ten minutes with medium traffic. */
const SEEN = { learned: { on: { unitsPerMinute: Array<number>(10).fill(1_000) } } };

/** Puts rollouts that are over into a storage: their records, and an operator's label on each. */
export async function storeWorld(storage: LearningStorage, scope: Scope, options: StoredWorldOptions): Promise<void> {
  const { isLabelled = () => true, learned, isNow = learned !== undefined } = options;
  await storage.flags.writeFlag(scope, 'checkout', aStoredFlag, BY_TESTER);
  for (const [index, { definition, records, labels }] of recordedWorld(options).entries()) {
    const { rollout } = definition;
    const { rampPolicy } = definition;
    const stored = aRolloutDefinition({ rollout, salt: rollout, ...(rampPolicy === undefined ? {} : { rampPolicy }) });
    await storage.rollouts.createRollout(scope, stored, BY_TESTER);
    const move = { ...BY_TESTER, fromPhases: ['draft', 'running'] } as const;
    await storage.rollouts.moveRollout(scope, rollout, { ...move, verb: 'start', phase: 'running' });
    await storage.rollouts.moveRollout(scope, rollout, { ...move, verb: 'rollback', phase: 'rolledBack', coverage: 0 });
    for (const [minute, record] of records.entries()) {
      const told =
        learned === undefined
          ? record
          : {
              ...record,
              observation: { ...record.observation, evidence: SEEN },
              assessment: { ...(record.assessment as JsonObject), learned },
            };
      await storage.decisions.append(scope, isNow ? { ...told, decidedAtMs: Date.now() + minute } : told);
    }
    for (const label of isLabelled(index) ? labels : []) await storage.labels.append(scope, label);
  }
}
