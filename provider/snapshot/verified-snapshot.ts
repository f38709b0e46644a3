import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type FlagHashes, hashFlag, hashSnapshot, type Snapshot } from '../../domain/index.ts';

/** A snapshot whose content matches its hash, with the hashes of its flags, from which the next one is verified. */
export interface VerifiedSnapshot {
  readonly snapshot: Snapshot;
  readonly flagHashes: FlagHashes;
}

/**
 * The snapshot, verified; undefined when its content does not match its hash.
 *
 * Whatever equals its counterpart in `held` is replaced by that same object, so that changes can be told by reference.
 */
export function verify(snapshot: Snapshot, held: VerifiedSnapshot | undefined): VerifiedSnapshot | undefined {
  const hashes = new Map<string, string>();
  const flags = new Map(Object.entries(snapshot.flagSet.flags));
  for (const [key, definition] of flags) {
    const hash = hashFlag(definition, sha256);
    hashes.set(key, hash);
    if (held?.flagHashes.get(key) === hash) flags.set(key, held.snapshot.flagSet.flags[key]!);
  }
  const flagSet = { ...snapshot.flagSet, flags: Object.fromEntries(flags) };
  return verifyWith(hashes, { ...snapshot, flagSet }, held);
}

/** Like `verify` for a snapshot whose flags have these hashes, and are the objects of `held` where they are the same. */
export function verifyWith(
  flagHashes: FlagHashes,
  snapshot: Snapshot,
  held: VerifiedSnapshot | undefined,
): VerifiedSnapshot | undefined {
  if (hashSnapshot(snapshot, flagHashes, sha256) !== snapshot.hash) return undefined;
  const known = new Map(held?.snapshot.rollouts.map((overlay) => [overlay.rollout, overlay]));
  const { $evaluators, metadata } = snapshot.flagSet;
  const flagSet = {
    ...snapshot.flagSet,
    ...($evaluators && { $evaluators: sameOrNew($evaluators, held?.snapshot.flagSet.$evaluators) }),
    ...(metadata && { metadata: sameOrNew(metadata, held?.snapshot.flagSet.metadata) }),
  };
  const rollouts = snapshot.rollouts.map((overlay) => sameOrNew(overlay, known.get(overlay.rollout)));
  const settings = sameOrNew(snapshot.settings, held?.snapshot.settings);
  return { snapshot: { ...snapshot, flagSet, rollouts, settings }, flagHashes };
}

/** SHA-256 of a text's UTF-8 bytes, hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function sameOrNew<T>(value: T, known: T | undefined): T {
  return known !== undefined && isDeepStrictEqual(known, value) ? known : value;
}
