import { canonicalJson } from '../../domain/index.ts';
import type { FeatureSchema } from './feature-set.ts';

/** The one text of a schema: ordered names, units, clips, groups, masks and version. */
export function schemaText({ name, version, features }: FeatureSchema): string {
  return canonicalJson({ name, version, features });
}

/**
 * Hash of a schema, 16 hexadecimal digits; an artefact made for another schema is not loaded.
 *
 * FNV-1a with 64 bits over the code points of `schemaText` (Fowler, Noll, Vo): against mistakes, not against
 * forgery. Who needs the latter hashes the text with SHA-256.
 */
export function schemaHash(schema: FeatureSchema): string {
  let hash = OFFSET_BASIS;
  for (const character of schemaText(schema)) {
    hash = ((hash ^ BigInt(character.codePointAt(0)!)) * PRIME) & MASK;
  }
  return hash.toString(16).padStart(16, '0');
}

const OFFSET_BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;
const MASK = 0xffffffffffffffffn;
