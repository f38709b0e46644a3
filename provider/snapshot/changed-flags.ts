import type { Snapshot } from '../../domain/index.ts';

/**
 * Keys of the flags that may be served otherwise than before: added, removed, or changed in definition or rollouts.
 *
 * Parts that are equal must be the same objects in both, as `verify` sees to.
 */
export function changedFlags(before: Snapshot | undefined, after: Snapshot): readonly string[] {
  const keys = Object.keys(after.flagSet.flags);
  if (before === undefined) return keys;
  const removed = Object.keys(before.flagSet.flags).filter((key) => !Object.hasOwn(after.flagSet.flags, key));
  if (!isSame(sharedParts(before), sharedParts(after))) return [...keys, ...removed];
  const moved = changedRollouts(before, after);
  const isChanged = (key: string) => before.flagSet.flags[key] !== after.flagSet.flags[key] || moved.has(key);
  return [...keys.filter(isChanged), ...removed];
}

/** What can change the meaning of any flag. */
function sharedParts({ flagSet, settings }: Snapshot): readonly unknown[] {
  return [flagSet.$evaluators, flagSet.metadata, settings];
}

/** Flags whose list of rollouts differs. */
function changedRollouts(before: Snapshot, after: Snapshot): ReadonlySet<string> {
  const [old, current] = [rolloutsByFlag(before), rolloutsByFlag(after)];
  const flags = [...new Set([...old.keys(), ...current.keys()])];
  return new Set(flags.filter((flag) => !isSame(old.get(flag) ?? [], current.get(flag) ?? [])));
}

function rolloutsByFlag({ rollouts }: Snapshot): ReadonlyMap<string, readonly unknown[]> {
  const byFlag = new Map<string, unknown[]>();
  for (const rollout of rollouts) {
    const group = byFlag.get(rollout.flag);
    if (group) group.push(rollout);
    else byFlag.set(rollout.flag, [rollout]);
  }
  return byFlag;
}

function isSame(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((value, index) => value === right[index]);
}
