import { isDeepStrictEqual } from 'node:util';
import type { Snapshot } from '../../domain/index.ts';

/** Keys of the flags that may be served otherwise than before: added, removed, or changed in definition or rollouts. */
export function changedFlags(before: Snapshot | undefined, after: Snapshot): readonly string[] {
  const keys = Object.keys(after.flagSet.flags);
  if (before === undefined) return keys;
  const all = [...new Set([...Object.keys(before.flagSet.flags), ...keys])];
  if (!isDeepStrictEqual(sharedParts(before), sharedParts(after))) return all;
  const [oldParts, newParts] = [partsByFlag(before), partsByFlag(after)];
  return all.filter((key) => !isDeepStrictEqual(oldParts.get(key), newParts.get(key)));
}

/** What can change the meaning of any flag. */
function sharedParts({ flagSet }: Snapshot) {
  return [flagSet.$evaluators, flagSet.metadata];
}

/** For each flag its definition and its rollouts. */
function partsByFlag({ flagSet, rollouts }: Snapshot): ReadonlyMap<string, readonly unknown[]> {
  const parts = new Map<string, unknown[]>(Object.entries(flagSet.flags).map(([key, flag]) => [key, [flag]]));
  for (const rollout of rollouts) parts.get(rollout.flag)?.push(rollout);
  return parts;
}
