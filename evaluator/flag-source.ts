import type { FlagDefinition, FlagMetadata, RolloutOverlay, Snapshot } from '../domain/index.ts';

/** All that a compiled flag depends on. */
export interface FlagSource {
  readonly flagKey: string;
  readonly definition: FlagDefinition;
  /** Rollouts of this flag, in the order in which they lie upon each other. */
  readonly overlays: readonly RolloutOverlay[];
  /** Shared rules by name. */
  readonly evaluators: unknown;
  readonly settings: Snapshot['settings'];
  /** The flag's metadata merged with those of its set. */
  readonly metadata: FlagMetadata;
}
