import type { FlagMetadata, RolloutOverlay, Snapshot } from '../domain/index.ts';
import { type CompiledFlag, compileFlag } from './compile-flag.ts';
import { isSameJson } from './json-equality.ts';
import { mergeMetadata } from './merge-metadata.ts';
import { ownValue } from './rule/values.ts';

/** All flags of one version of an environment, ready to be evaluated. */
export interface CompiledSnapshot {
  readonly environment: string;
  readonly epoch: number;
  readonly version: number;
  /** Keys of all flags, in the order of the flag set. */
  flagKeys(): readonly string[];
  /** For the evaluator itself. */
  readonly flags: ReadonlyMap<string, CompiledFlag>;
  /** For the evaluator itself: metadata of the flag set. */
  readonly metadata: FlagMetadata;
  /** For the evaluator itself: shared rules. */
  readonly evaluators: unknown;
}

/**
 * Compiles a snapshot, taking over from the previous one whatever has not changed: one changed flag is one flag compiled.
 *
 * Never throws: a flag that cannot be used answers PARSE_ERROR and leaves the others alone.
 */
export function compileSnapshot(
  snapshot: Pick<Snapshot, 'environment' | 'epoch' | 'version' | 'flagSet' | 'rollouts' | 'settings'>,
  previous?: CompiledSnapshot,
): CompiledSnapshot {
  const { environment, epoch, version, flagSet } = snapshot;
  const metadata = mergeMetadata({}, flagSet.metadata);
  const evaluators = flagSet.$evaluators;
  const isReusable = previous && isSameJson(previous.evaluators, evaluators) && isSameJson(previous.metadata, metadata);
  const overlaysByFlag = groupByFlag(snapshot.rollouts);

  const flags = new Map<string, CompiledFlag>();
  for (const [flagKey, definition] of Object.entries(flagSet.flags)) {
    const overlays = overlaysByFlag.get(flagKey) ?? NO_OVERLAYS;
    const known = isReusable ? previous.flags.get(flagKey) : undefined;
    if (known && isSameJson(known.source.definition, definition) && isSameJson(known.source.overlays, overlays)) {
      flags.set(flagKey, known);
    } else {
      const flagMetadata = mergeMetadata(metadata, ownValue(definition, 'metadata'));
      flags.set(flagKey, compileFlag({ flagKey, definition, overlays, evaluators, metadata: flagMetadata }));
    }
  }
  return { environment, epoch, version, flagKeys: () => [...flags.keys()], flags, metadata, evaluators };
}

const NO_OVERLAYS: readonly RolloutOverlay[] = [];

function groupByFlag(overlays: readonly RolloutOverlay[]): ReadonlyMap<string, readonly RolloutOverlay[]> {
  const byFlag = new Map<string, RolloutOverlay[]>();
  for (const overlay of overlays) {
    const group = byFlag.get(overlay.flag);
    if (group) group.push(overlay);
    else byFlag.set(overlay.flag, [overlay]);
  }
  return byFlag;
}
