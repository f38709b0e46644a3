import { approvalReason, restrictionReasons, restrictionsAt } from '../../controller/index.ts';
import { Problem, type Reason, type Rollout, type Scope } from '../../domain/index.ts';
import type { Dependencies } from './dependencies.ts';

/** What a person wants to do, in words, and the coverage after it. */
export interface Going {
  readonly verb: string;
  readonly coverage: number;
}

/**
 * Problem `restricted` where a freeze, a dependency, a checkpoint on the way or, before a start, its date keeps a rollout
 * from going forward.
 */
export async function requireUnrestricted(
  { storage, clock }: Pick<Dependencies, 'storage' | 'clock'>,
  scope: Scope,
  rollout: Rollout,
  { verb, coverage }: Going,
): Promise<void> {
  const { definition, state } = rollout;
  const nowMs = clock.nowMs();
  const surroundings = await storage.rollouts.readSurroundings(scope, definition.rollout);
  const restrictions = restrictionsAt(surroundings, rollout, nowMs);
  const isEarly = state.phase === 'draft' && Date.parse(definition.startAt ?? '') > nowMs;
  const onTheWay = (restrictions?.checkpoints ?? []).filter(({ beyond }) => beyond < coverage);
  const found = [
    ...(isEarly ? [`its plan has the start date ${definition.startAt} (until: that date, or a changed draft)`] : []),
    ...(restrictions === undefined ? [] : restrictionReasons(restrictions)).map(sentenceOf),
    ...onTheWay.map(approvalReason).map(sentenceOf),
  ];
  if (found.length > 0) throw new Problem('restricted', `"${definition.rollout}" cannot ${verb}: ${found.join('; ')}`);
}

function sentenceOf({ code, message, releasedBy }: Reason): string {
  return `${code}: ${message} (until: ${releasedBy})`;
}
