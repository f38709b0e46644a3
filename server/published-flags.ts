import { createHash } from 'node:crypto';
import { type FlagDefinition, type FlagHashes, type FlagSet, hashFlag } from '../domain/index.ts';

/** The flags of a version. */
export interface PublishedFlags {
  readonly definitions: FlagSet['flags'];
  readonly hashes: FlagHashes;
}

/** What there is before the first version. */
export const NO_FLAGS: PublishedFlags = { definitions: {}, hashes: new Map() };

/** Flags, and the keys of those that are new, different or gone since the version before. */
interface FlagsTakenOver {
  readonly flags: PublishedFlags;
  readonly touched: readonly string[];
}

/**
 * The flags that were read; those that equal the ones before are the same objects as before.
 *
 * Flags that are read as the same objects are neither compared nor hashed.
 */
export function takeOverFlags(read: FlagSet['flags'], previous: PublishedFlags): FlagsTakenOver {
  const { definitions: before, hashes } = previous;
  if (read === before) return { flags: previous, touched: [] };
  const keys = Object.keys(read);
  const others = keys.filter((key) => read[key] !== before[key]);
  const known = others.filter((key) => hashes.has(key));
  const equal = new Set(known.filter((key) => isSameText(read[key]!, before[key]!)));
  const written = others.filter((key) => !equal.has(key));
  // Looked for only when there are fewer flags than were known, less the new ones.
  const isAnyGone = keys.length - (others.length - known.length) < hashes.size;
  const gone = isAnyGone ? [...hashes.keys()].filter((key) => !Object.hasOwn(read, key)) : [];
  const definitions = equal.size === 0 ? read : { ...read, ...pick(before, equal) };
  const flags = { definitions, hashes: hashesAfter(hashes, { written: pick(read, written), gone }) };
  return { flags, touched: [...written, ...gone] };
}

/** SHA-256 of a text's UTF-8 bytes, hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Much faster than a comparison member by member, and the order of members stays as it was written. */
function isSameText(left: FlagDefinition, right: FlagDefinition): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function pick(flags: FlagSet['flags'], keys: Iterable<string>): FlagSet['flags'] {
  return Object.fromEntries(Array.from(keys, (key) => [key, flags[key]!]));
}

function hashesAfter(
  hashes: FlagHashes,
  { written, gone }: { readonly written: FlagSet['flags']; readonly gone: readonly string[] },
): FlagHashes {
  const after = new Map(hashes);
  for (const key of gone) after.delete(key);
  for (const [key, definition] of Object.entries(written)) after.set(key, hashFlag(definition, sha256));
  return after;
}
