import type { FlagDefinition, FlagSet } from './flag.ts';
import { canonicalJson } from './json.ts';
import type { RolloutOverlay } from './rollout.ts';
import type { EnvironmentSettings } from './settings.ts';

/** Everything that a reader needs in order to evaluate one environment by itself. */
export interface Snapshot {
  /** Its format, see `schemaVersionFor`. */
  readonly schemaVersion: number;
  readonly environment: string;
  /** Goes up when a backup is restored; order of snapshots is (epoch, version). */
  readonly epoch: number;
  /** Goes up by one with every change of the environment. */
  readonly version: number;
  /** Covers everything that evaluations depend on; see `hashSnapshot`. */
  readonly hash: string;
  /** Flags as their authors wrote them; their order means nothing. */
  readonly flagSet: FlagSet;
  /** Rollouts in force, in the order in which they were started; the reader lowers them onto the flags. */
  readonly rollouts: readonly RolloutOverlay[];
  /** What decides how flags are evaluated; the rest of the settings stays with the server. */
  readonly settings: Pick<EnvironmentSettings, 'bucketing' | 'staticContext'>;
}

/** What turns one snapshot into a later one of the same epoch. */
export interface SnapshotDelta {
  /** Format of the snapshot that results. */
  readonly schemaVersion: number;
  readonly environment: string;
  readonly epoch: number;
  /** Version of the only snapshot that the delta applies to. */
  readonly from: number;
  /** Version that results. */
  readonly to: number;
  readonly changes: SnapshotChanges;
  /** Hash of the snapshot that results. */
  readonly hash: string;
}

/** New values of what changed between two snapshots; what is absent stays as it is. */
export interface SnapshotChanges {
  /** Flags that are new or have another definition, by key. */
  readonly put?: FlagSet['flags'];
  /** Keys of flags that are gone; a key that the reader never had means nothing. */
  readonly removed?: readonly string[];
  readonly rollouts?: {
    /** Names of all rollouts in force, in their order. */
    readonly names: readonly string[];
    /** Those that are new or changed. */
    readonly put: readonly RolloutOverlay[];
  };
  /** All shared rules; null: there are none any more. */
  readonly $evaluators?: NonNullable<FlagSet['$evaluators']> | null;
  /** All metadata of the flag set; null: there are none any more. */
  readonly metadata?: NonNullable<FlagSet['metadata']> | null;
  readonly settings?: Snapshot['settings'];
}

/** The SHA-256 of a text's UTF-8 bytes in lower-case hexadecimal; passed in, for the domain does nothing by itself. */
export type Sha256 = (text: string) => string;

/** The hash of every flag's definition, by key. */
export type FlagHashes = ReadonlyMap<string, string>;

/** The hash of one flag: SHA-256 of the canonical JSON of its definition. */
export function hashFlag(definition: FlagDefinition, sha256: Sha256): string {
  return sha256(canonicalJson(definition));
}

/**
 * The hash of a snapshot: SHA-256 of the canonical JSON of `{flagSet, rollouts, settings}` in which the flags are replaced
 * by one hash, the SHA-256 of the canonical JSON of `{key: hash of the flag}`. One changed flag is one definition hashed.
 */
export function hashSnapshot(
  { flagSet, rollouts, settings }: Pick<Snapshot, 'flagSet' | 'rollouts' | 'settings'>,
  flagHashes: FlagHashes,
  sha256: Sha256,
): string {
  const members = [...flagHashes.keys()].sort().map((key) => `${JSON.stringify(key)}:"${flagHashes.get(key)}"`);
  return sha256(
    canonicalJson({ flagSet: { ...flagSet, flags: sha256(`{${members.join(',')}}`) }, rollouts, settings }),
  );
}
