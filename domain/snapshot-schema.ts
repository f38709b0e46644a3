import type { RolloutOverlay } from './rollout.ts';

/** Newest format of snapshots and deltas that this code reads; it reads those before it, and refuses any other number. */
export const SNAPSHOT_SCHEMA_VERSION = 2;

/**
 * The oldest format that says how these rollouts are served, so that readers of that age go on reading what they understand.
 *
 * 1: treatments have fixed splits. 2: units were admitted in layers; a reader of format 1 would pass over them and divide all
 * units by the splits of the plan, so that exposed units change their treatment.
 */
export function schemaVersionFor(rollouts: readonly RolloutOverlay[]): number {
  return rollouts.some(({ admission }) => admission !== undefined) ? 2 : 1;
}
