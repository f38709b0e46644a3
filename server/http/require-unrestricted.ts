import { restrictionReasons, restrictionsAt } from '../../controller/index.ts';
import { Problem, type Reason, type Rollout, type Scope } from '../../domain/index.ts';
import type { Dependencies } from './dependencies.ts';

/** Problem `restricted` where a freeze, a dependency or, before a start, its date keeps a rollout from going forward. */
export async function requireUnrestricted(
  { storage, clock }: Pick<Dependencies, 'storage' | 'clock'>,
  scope: Scope,
  { definition, state }: Rollout,
  verb: string,
): Promise<void> {
  const nowMs = clock.nowMs();
  const surroundings = await storage.rollouts.readSurroundings(scope, definition.rollout);
  const restrictions = restrictionsAt(surroundings, definition, nowMs);
  const isEarly = state.phase === 'draft' && Date.parse(definition.startAt ?? '') > nowMs;
  const found = [
    ...(isEarly ? [`its plan has the start date ${definition.startAt} (until: that date, or a changed draft)`] : []),
    ...(restrictions === undefined ? [] : restrictionReasons(restrictions)).map(sentenceOf),
  ];
  if (found.length > 0) throw new Problem('restricted', `"${definition.rollout}" cannot ${verb}: ${found.join('; ')}`);
}

function sentenceOf({ code, message, releasedBy }: Reason): string {
  return `${code}: ${message} (until: ${releasedBy})`;
}
