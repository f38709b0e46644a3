import { type FlagSet, hashFlag, type RolloutOverlay, type Snapshot, type SnapshotDelta } from '../../domain/index.ts';
import { isObject, isSettings, parseObject, schemaMismatch } from './read-snapshot.ts';
import { sha256, type VerifiedSnapshot, verifyWith } from './verified-snapshot.ts';

/** What a delta made of a snapshot; one that leads from another version is of no use, and one for the past of none either. */
export type DeltaOutcome =
  | { readonly kind: 'applied'; readonly verified: VerifiedSnapshot }
  | { readonly kind: 'past' }
  | { readonly kind: 'gap' }
  | { readonly kind: 'damaged'; readonly message: string };

/** Applies the delta in a text to the snapshot that is held, which stays as it is. */
export function applyDelta(held: VerifiedSnapshot, text: string): DeltaOutcome {
  const parsed = parseObject(text);
  if (parsed === undefined) return damaged('it is not a JSON object');
  const mismatch = schemaMismatch(parsed);
  if (mismatch !== undefined) return damaged(mismatch);
  if (!hasShape(parsed)) return damaged('a member is missing or of the wrong type');
  const { environment, epoch, version } = held.snapshot;
  if (parsed.environment !== environment || parsed.epoch !== epoch) return { kind: 'gap' };
  if (parsed.to <= version) return { kind: 'past' };
  if (parsed.from !== version) return { kind: 'gap' };
  const verified = apply(held, parsed);
  return verified ? { kind: 'applied', verified } : damaged(`its result does not match its hash ${parsed.hash}`);
}

function damaged(message: string): DeltaOutcome {
  return { kind: 'damaged', message };
}

function hasShape(value: Record<string, unknown>): value is Record<string, unknown> & SnapshotDelta {
  const { environment, epoch, from, to, hash, changes } = value;
  return (
    typeof environment === 'string' &&
    [epoch, from, to].every(Number.isSafeInteger) &&
    typeof hash === 'string' &&
    isObject(changes) &&
    hasShapeOfChanges(changes)
  );
}

function hasShapeOfChanges({ put = {}, removed = [], rollouts, settings }: Record<string, unknown>): boolean {
  return (
    isObject(put) &&
    Array.isArray(removed) &&
    (rollouts === undefined || isRollouts(rollouts)) &&
    (settings === undefined || isSettings(settings))
  );
}

function isRollouts(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { names, put } = value;
  return Array.isArray(names) && Array.isArray(put) && put.every(isObject);
}

function apply(
  held: VerifiedSnapshot,
  { schemaVersion, to, changes, hash }: SnapshotDelta,
): VerifiedSnapshot | undefined {
  const { put = {}, removed = [], rollouts, settings } = changes;
  const flags = new Map(Object.entries(held.snapshot.flagSet.flags));
  const hashes = new Map(held.flagHashes);
  for (const [key, definition] of Object.entries(put)) {
    flags.set(key, definition);
    hashes.set(key, hashFlag(definition, sha256));
  }
  for (const key of removed) {
    flags.delete(key);
    hashes.delete(key);
  }
  const snapshot: Snapshot = {
    ...held.snapshot,
    schemaVersion,
    version: to,
    hash,
    flagSet: { ...sharedParts(held.snapshot.flagSet, changes), flags: Object.fromEntries(flags) },
    rollouts: rollouts ? overlaysAfter(held.snapshot.rollouts, rollouts) : held.snapshot.rollouts,
    settings: settings ?? held.snapshot.settings,
  };
  return verifyWith(hashes, snapshot, held);
}

/** Null takes a part away; absent, it stays. */
function sharedParts(
  flagSet: FlagSet,
  { $evaluators = flagSet.$evaluators, metadata = flagSet.metadata }: SnapshotDelta['changes'],
): Omit<FlagSet, 'flags'> {
  const { $evaluators: _evaluators, metadata: _metadata, ...rest } = flagSet;
  return { ...rest, ...($evaluators && { $evaluators }), ...(metadata && { metadata }) };
}

/** Rollouts by their names; one that is neither held nor sent is left out, and the hash will not match. */
function overlaysAfter(
  held: readonly RolloutOverlay[],
  { names, put }: NonNullable<SnapshotDelta['changes']['rollouts']>,
): readonly RolloutOverlay[] {
  const byName = new Map([...held, ...put].map((overlay) => [overlay.rollout, overlay]));
  return names.flatMap((name) => byName.get(name) ?? []);
}
