import { hash } from 'node:crypto';
import { canonicalJson, type EvaluationContext } from '../../../domain/index.ts';

/** 128 bits in base64url: nobody finds a context that is answered from another's cache. */
const HASH_LENGTH = 22;

/** Contexts remembered by their text as it came, and the longest such text; at most some 8 MB. */
const MAX_REMEMBERED = 8_192;
const MAX_REMEMBERED_LENGTH = 512;

const remembered = new Map<string, string>();

/** SHA-256 of the canonical JSON of a context, shortened; the order of its attributes does not matter. */
export function contextHash(context: EvaluationContext): string {
  // Clients send a context in the same order each time, and looking a text up is cheaper than sorting and hashing it.
  const text = JSON.stringify(context);
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const made = hash('sha256', canonicalJson(context), 'base64url').slice(0, HASH_LENGTH);
  if (text.length > MAX_REMEMBERED_LENGTH) return made;
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(text, made);
  return made;
}
