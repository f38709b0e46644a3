import type { RolloutOverlay, Snapshot, SnapshotChanges, SnapshotDelta } from '../domain/index.ts';

/** What was touched on the way from one version to a later one. */
export interface VersionChange {
  readonly from: number;
  readonly to: number;
  readonly flags: readonly string[];
  readonly rollouts: readonly string[];
  /** Whether these are different at all; of rollouts the order counts as well. */
  readonly isOther: Readonly<Record<'rollouts' | 'evaluators' | 'metadata' | 'settings', boolean>>;
}

/** Readers that are further behind get the whole snapshot. */
const MAX_VERSIONS = 200;
/** Names of flags and rollouts that a history holds; beyond it the oldest versions are forgotten. */
const MAX_NAMES = 5_000;

/**
 * The history with the step from one snapshot to the next, which touched these flags; empty when there is no delta
 * between them.
 *
 * Only names are kept: their values are those of the newest snapshot, whatever version the reader comes from.
 */
export function extendHistory(
  history: readonly VersionChange[],
  before: Snapshot,
  after: Snapshot,
  flags: readonly string[],
): readonly VersionChange[] {
  if (before.epoch !== after.epoch) return [];
  const change: VersionChange = {
    from: before.version,
    to: after.version,
    flags,
    rollouts: touchedRollouts(before.rollouts, after.rollouts),
    isOther: {
      rollouts: !isSameList(before.rollouts, after.rollouts),
      evaluators: before.flagSet.$evaluators !== after.flagSet.$evaluators,
      metadata: before.flagSet.metadata !== after.flagSet.metadata,
      settings: before.settings !== after.settings,
    },
  };
  const oldest = after.version - MAX_VERSIONS;
  return withinMemory([...history, change].filter(({ from }) => from >= oldest));
}

/** What leads a reader of version `from` to the newest snapshot; undefined when that is no part of the history. */
export function deltaSince(
  history: readonly VersionChange[],
  newest: Snapshot,
  from: number,
): SnapshotDelta | undefined {
  const oldest = history[0]?.from;
  if (oldest === undefined || from < oldest || from >= newest.version) return undefined;
  const { schemaVersion, environment, epoch, version: to, hash } = newest;
  const missed = history.filter((change) => change.to > from);
  return { schemaVersion, environment, epoch, from, to, changes: changesOf(missed, newest), hash };
}

function changesOf(missed: readonly VersionChange[], newest: Snapshot): SnapshotChanges {
  const { flags, $evaluators = null, metadata = null } = newest.flagSet;
  const keys = [...new Set(missed.flatMap((change) => change.flags))];
  const removed = keys.filter((key) => !Object.hasOwn(flags, key));
  const put = keys.filter((key) => Object.hasOwn(flags, key)).map((key) => [key, flags[key]!] as const);
  const rollouts = new Set(missed.flatMap((change) => change.rollouts));
  const isOther = (part: keyof VersionChange['isOther']) => missed.some((change) => change.isOther[part]);
  return {
    ...(put.length > 0 && { put: Object.fromEntries(put) }),
    ...(removed.length > 0 && { removed }),
    ...(isOther('rollouts') && {
      rollouts: {
        names: newest.rollouts.map(({ rollout }) => rollout),
        put: newest.rollouts.filter(({ rollout }) => rollouts.has(rollout)),
      },
    }),
    ...(isOther('evaluators') && { $evaluators }),
    ...(isOther('metadata') && { metadata }),
    ...(isOther('settings') && { settings: newest.settings }),
  };
}

/** Names of those that are another object than before: equal ones are the same object, see `PublishedEnvironment`. */
function touchedRollouts(before: readonly RolloutOverlay[], after: readonly RolloutOverlay[]): readonly string[] {
  const names = (overlays: readonly RolloutOverlay[]) => overlays.map(({ rollout }) => rollout);
  const [old, current] = [new Set(before), new Set(after)];
  const changed = after.filter((overlay) => !old.has(overlay));
  const removed = before.filter((overlay) => !current.has(overlay));
  return [...new Set([...names(changed), ...names(removed)])];
}

function isSameList(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((value, index) => value === right[index]);
}

function withinMemory(history: readonly VersionChange[]): readonly VersionChange[] {
  let nameCount = 0;
  const firstKept = history.findLastIndex(({ flags, rollouts }) => {
    nameCount += flags.length + rollouts.length;
    return nameCount > MAX_NAMES;
  });
  return history.slice(firstKept + 1);
}
