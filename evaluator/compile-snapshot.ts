import type { FlagDefinition, FlagMetadata, RolloutOverlay, Snapshot } from '../domain/index.ts';
import { type CompiledFlag, compileFlag } from './compile-flag.ts';
import { isSameJson } from './json-equality.ts';
import { mergeMetadata } from './merge-metadata.ts';
import { ownValue } from './rule/values.ts';

/** All flags of one version of an environment, ready to be evaluated. */
export interface CompiledSnapshot {
  readonly environment: string;
  readonly epoch: number;
  readonly version: number;
  /** Whether any flag's answer may change with nothing but time. */
  readonly readsClock: boolean;
  /** Keys of all flags, in the order of the flag set. */
  flagKeys(): readonly string[];
  /** For the evaluator itself. */
  readonly flags: ReadonlyMap<string, CompiledFlag>;
  /** For the evaluator itself: metadata of the flag set. */
  readonly metadata: FlagMetadata;
  /** For the evaluator itself: shared rules. */
  readonly evaluators: unknown;
  /** For the evaluator itself. */
  readonly settings: Snapshot['settings'];
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
  const { environment, epoch, version, flagSet, settings } = snapshot;
  const metadata = mergeMetadata({}, flagSet.metadata);
  const evaluators = flagSet.$evaluators;
  const shared = { evaluators, metadata, settings };
  const known = previous && isSameJson(sharedOf(previous), shared) ? previous.flags : NO_FLAGS;
  const overlaysByFlag = groupByFlag(snapshot.rollouts);

  const flags = new Map<string, CompiledFlag>();
  let readsClock = false;
  for (const flagKey of Object.keys(flagSet.flags)) {
    const definition = flagSet.flags[flagKey]!;
    const overlays = overlaysByFlag.get(flagKey) ?? NO_OVERLAYS;
    const flag =
      unchanged(known.get(flagKey), definition, overlays) ??
      compileFlag({
        flagKey,
        definition,
        overlays,
        // Written out: an object made by spreading takes more memory, and there is one of these per flag.
        evaluators,
        settings,
        metadata: mergeMetadata(metadata, ownValue(definition, 'metadata')),
      });
    flags.set(flagKey, flag);
    readsClock ||= flag.readsClock;
  }
  return { environment, epoch, version, readsClock, flagKeys: () => [...flags.keys()], flags, ...shared };
}

const NO_OVERLAYS: readonly RolloutOverlay[] = [];
const NO_FLAGS: ReadonlyMap<string, CompiledFlag> = new Map();

/** What every flag depends on. */
function sharedOf({ evaluators, metadata, settings }: CompiledSnapshot) {
  return { evaluators, metadata, settings };
}

/** The flag as it is when neither its definition nor its rollouts changed. Those who patch a flag set keep the objects. */
function unchanged(
  flag: CompiledFlag | undefined,
  definition: FlagDefinition,
  overlays: readonly RolloutOverlay[],
): CompiledFlag | undefined {
  if (flag === undefined) return undefined;
  const { source } = flag;
  const isSame = isSameJson(source.definition, definition) && isSameJson(source.overlays, overlays);
  return isSame ? flag : undefined;
}

function groupByFlag(overlays: readonly RolloutOverlay[]): ReadonlyMap<string, readonly RolloutOverlay[]> {
  const byFlag = new Map<string, RolloutOverlay[]>();
  for (const overlay of overlays) {
    const group = byFlag.get(overlay.flag);
    if (group) group.push(overlay);
    else byFlag.set(overlay.flag, [overlay]);
  }
  return byFlag;
}
