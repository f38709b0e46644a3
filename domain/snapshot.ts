import type { FlagSet } from './flag.ts';
import type { RolloutOverlay } from './rollout.ts';
import type { EnvironmentSettings } from './settings.ts';

/** Format of the snapshot; readers refuse a number that they do not know. */
export const SNAPSHOT_SCHEMA_VERSION = 1;

/** Everything that a reader needs in order to evaluate one environment by itself. */
export interface Snapshot {
  readonly schemaVersion: number;
  readonly environment: string;
  /** Goes up when a backup is restored; order of snapshots is (epoch, version). */
  readonly epoch: number;
  /** Goes up by one with every change of the environment. */
  readonly version: number;
  /** SHA-256, hexadecimal, of the canonical JSON of `contentOf` the snapshot. */
  readonly hash: string;
  /** Flags as their authors wrote them. */
  readonly flagSet: FlagSet;
  /** Rollouts in force, in the order in which they were started; the reader lowers them onto the flags. */
  readonly rollouts: readonly RolloutOverlay[];
  /** What decides how flags are evaluated; the rest of the settings stays with the server. */
  readonly settings: Pick<EnvironmentSettings, 'bucketing' | 'staticContext'>;
}

/** The part of a snapshot that its hash covers: everything that evaluations depend on. */
export function contentOf({
  flagSet,
  rollouts,
  settings,
}: Pick<Snapshot, 'flagSet' | 'rollouts' | 'settings'>): unknown {
  return { flagSet, rollouts, settings };
}
