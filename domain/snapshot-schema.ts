import type { RolloutOverlay } from './rollout.ts';

/** Newest format of snapshots and deltas that this code reads; it reads those before it, and refuses any other number. */
export const SNAPSHOT_SCHEMA_VERSION = 3;

/**
 * The oldest format that says how these rollouts are served, so that readers of that age go on reading what they understand.
 *
 * 1: treatments have fixed splits. 2: units were admitted in layers. 3: leaves of a tree have splits of their own. A reader of
 * an older format would pass over what is new, and serve exposed units another treatment.
 */
export function schemaVersionFor(rollouts: readonly RolloutOverlay[]): number {
  return Math.max(
    1,
    ...rollouts.map(({ admission }) => (admission === undefined ? 1 : admission.tree === undefined ? 2 : 3)),
  );
}
