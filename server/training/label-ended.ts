import type { Clock, DecisionRecord, LearningStorage, Rollout, Scope } from '../../domain/index.ts';
import { type GenerationEnd, labelFromEnd } from '../../training/labels/index.ts';
import { listRolloutNames } from './read-generations.ts';

/** Who labels what has ended. */
const RULE = 'rule:end';

/** Changes that are looked through for the person that ended a rollout. */
const LOOKED_THROUGH = 20;

/** Gives rollouts that have ended the label that their end alone deserves, once; resolves to the number of new ones. */
export async function labelEnded(storage: LearningStorage, clock: Clock, scope: Scope): Promise<number> {
  let count = 0;
  for (const name of await listRolloutNames(storage, scope)) {
    const rollout = await storage.rollouts.readRollout(scope, name);
    if (rollout === undefined || !hasEnded(rollout)) continue;
    const { generation } = rollout.state;
    const labels = await storage.labels.list(scope, { limit: 1, rollout: name, generation });
    const end = labels.length > 0 ? undefined : await endOf(storage, scope, rollout);
    if (end === undefined) continue;
    await storage.labels.append(scope, {
      labelId: `end-${name}-${generation}`,
      rollout: name,
      generation,
      ...labelFromEnd(end),
      source: 'rule',
      author: RULE,
      atMs: clock.nowMs(),
    });
    count += 1;
  }
  return count;
}

function hasEnded({ state }: Rollout): boolean {
  return state.phase === 'completed' || state.phase === 'rolledBack';
}

/** undefined for a generation that ended before anything was recorded of it: nobody could learn from that. */
async function endOf(
  storage: LearningStorage,
  scope: Scope,
  { definition, state }: Rollout,
): Promise<GenerationEnd | undefined> {
  const name = definition.rollout;
  const changes = await storage.flags.listChanges(scope, { limit: LOOKED_THROUGH, subject: name });
  const ending = changes.find(({ kind }) => kind === 'rollback' || kind === 'complete');
  const by = ending === undefined || ending.actor === 'controller' ? 'controller' : 'operator';
  // A person needs no decision to end a rollout; the controller's own took effect.
  const [last] = await storage.decisions.list(scope, name, { limit: 1, onlyApplied: by === 'controller' });
  if (last === undefined || last.generation !== state.generation) return undefined;
  return {
    phase: state.phase === 'completed' ? 'completed' : 'rolledBack',
    by,
    codes: by === 'operator' ? [] : last.decision.reasons.map(({ code }) => code),
    verdicts: verdictsOf(last),
  };
}

function verdictsOf({ assessment }: DecisionRecord): GenerationEnd['verdicts'] {
  const { treatments } = assessment as unknown as {
    readonly treatments: readonly {
      readonly guardrails: readonly { readonly verdict: GenerationEnd['verdicts'][number] }[];
    }[];
  };
  return treatments.flatMap(({ guardrails }) => guardrails.map(({ verdict }) => verdict));
}
