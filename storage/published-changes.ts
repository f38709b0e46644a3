import type {
  EnvironmentSettings,
  EnvironmentVersion,
  FlagSet,
  JsonValue,
  PublishedState,
  Rollout,
} from '../domain/index.ts';

/** What was touched since a version, as it stands at a later one. */
export interface PublishedChanges extends EnvironmentVersion {
  /** Flags that were written. */
  readonly flags: FlagSet['flags'];
  /** Keys of all flags in their order; null: no flag was added or removed. */
  readonly flagKeys: readonly string[] | null;
  /** Rollouts in force that were touched. */
  readonly rollouts: readonly Rollout[];
  /** Names of all rollouts in force in their order; null: none was touched. */
  readonly rolloutNames: readonly string[] | null;
  /** null: not touched. */
  readonly evaluators: Readonly<Record<string, JsonValue>> | null;
  /** null: not touched. */
  readonly settings: EnvironmentSettings | null;
}

/**
 * The state that the changes make of an older one, which stays as it is; undefined when they name what neither holds.
 *
 * Whatever was not touched is the same object as before.
 */
export function applyPublishedChanges(held: PublishedState, changes: PublishedChanges): PublishedState | undefined {
  const { epoch, version, evaluators, settings } = changes;
  const flags = flagsAfter(held.flagSet.flags, changes);
  const rollouts = rolloutsAfter(held.rollouts, changes);
  if (flags === undefined || rollouts === undefined) return undefined;
  const flagSet = flagSetOf(flags, evaluators ?? held.flagSet.$evaluators ?? {});
  return { ...held, epoch, version, flagSet, rollouts, settings: settings ?? held.settings };
}

/** Flags with the shared rules, which are left out where there are none. */
export function flagSetOf(flags: FlagSet['flags'], evaluators: Readonly<Record<string, JsonValue>>): FlagSet {
  return Object.keys(evaluators).length > 0 ? { flags, $evaluators: evaluators } : { flags };
}

function flagsAfter(
  held: FlagSet['flags'],
  { flags: written, flagKeys }: PublishedChanges,
): FlagSet['flags'] | undefined {
  const isIn = (flags: FlagSet['flags']) => (key: string) => Object.hasOwn(flags, key);
  const writtenKeys = Object.keys(written);
  if (flagKeys === null && writtenKeys.length === 0) return held;
  const merged = { ...held, ...written };
  if (flagKeys === null) return writtenKeys.every(isIn(held)) ? merged : undefined;
  // A new key came last in the merged object, and a flag that is gone is still in it.
  return flagKeys.every(isIn(merged)) ? Object.fromEntries(flagKeys.map((key) => [key, merged[key]!])) : undefined;
}

function rolloutsAfter(
  held: readonly Rollout[],
  { rollouts, rolloutNames }: PublishedChanges,
): readonly Rollout[] | undefined {
  if (rolloutNames === null) return held;
  const byName = new Map([...held, ...rollouts].map((rollout) => [rollout.definition.rollout, rollout]));
  const current = rolloutNames.flatMap((name) => byName.get(name) ?? []);
  return current.length === rolloutNames.length ? current : undefined;
}
