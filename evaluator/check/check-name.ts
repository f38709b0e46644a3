import type { Violation } from '../../domain/index.ts';
import { MAX_NAME_LENGTH } from '../limits.ts';

const CONTROL_CHARACTER = /\p{Cc}/u;
const LONE_SURROGATE = /\p{Cs}/u;

/** What is wrong with the name of a flag, variant or shared rule. */
export function checkName(name: string, path: string): readonly Violation[] {
  if (name === '') return [{ path, message: 'The name is empty; choose at least one character.' }];
  if (name.length > MAX_NAME_LENGTH) {
    return [{ path, message: `The name has ${name.length} characters; the limit is ${MAX_NAME_LENGTH}.` }];
  }
  if (!CONTROL_CHARACTER.test(name)) return [];
  return [{ path, message: 'The name has control characters in it; take them out.' }];
}

/** What is wrong with a string as a piece of text; undefined when nothing is. */
export function checkText(text: string): string | undefined {
  if (text.includes('\u0000')) return 'The text has a U+0000 in it, which databases refuse; take it out.';
  if (LONE_SURROGATE.test(text)) return 'The text has half of a surrogate pair in it; send well-formed Unicode.';
  return undefined;
}
