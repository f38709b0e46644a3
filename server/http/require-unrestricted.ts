import { approvalReason, restrictionReasons, restrictionsAt } from '../../controller/index.ts';
import { Problem, type Reason, type Rollout, type Scope } from '../../domain/index.ts';
import type { Dependencies } from './dependencies.ts';

/** What a person wants to do, in words, and the coverage after it. */
export interface Going {
  readonly verb: string;
  readonly coverage: number;
  /** In spite of freezes. */
  readonly overrideFreeze?: boolean;
}

/** Verbs that can be told to go on in spite of a freeze, as they are put here. */
const EMERGENCY_VERBS = ['start', 'retry', 'resume', 'complete', 'advance', 'jump up'];

/**
 * Problem `restricted` where a freeze, a dependency, a checkpoint on the way or, before a start, its date keeps a rollout
 * from going forward; else the freezes that were overridden, in words.
 */
export async function requireUnrestricted(
  { storage, clock }: Pick<Dependencies, 'storage' | 'clock'>,
  scope: Scope,
  rollout: Rollout,
  { verb, coverage, overrideFreeze = false }: Going,
): Promise<readonly string[]> {
  const { definition, state } = rollout;
  const nowMs = clock.nowMs();
  const surroundings = await storage.rollouts.readSurroundings(scope, definition.rollout);
  const restrictions = restrictionsAt(surroundings, rollout, nowMs);
  const { freezes = [], dependencies = [], checkpoints = [] } = restrictions ?? {};
  const isEarly = state.phase === 'draft' && Date.parse(definition.startAt ?? '') > nowMs;
  const isFrozen = freezes.length > 0 && !overrideFreeze;
  const found = [
    ...(isEarly ? [`its plan has the start date ${definition.startAt} (until: that date, or a changed draft)`] : []),
    ...restrictionReasons({ freezes: isFrozen ? freezes : [], dependencies }).map(sentenceOf),
    ...checkpoints
      .filter(({ beyond }) => beyond < coverage)
      .map(approvalReason)
      .map(sentenceOf),
    ...(isFrozen && EMERGENCY_VERBS.includes(verb)
      ? ['in an emergency "overrideFreeze" with a reason passes freezes, by a key that has the scope "override" too']
      : []),
  ];
  if (found.length > 0) throw new Problem('restricted', `"${definition.rollout}" cannot ${verb}: ${found.join('; ')}`);
  return overrideFreeze ? freezes.map(({ name }) => `the freeze "${name}"`) : [];
}

function sentenceOf({ code, message, releasedBy }: Reason): string {
  return `${code}: ${message} (until: ${releasedBy})`;
}
