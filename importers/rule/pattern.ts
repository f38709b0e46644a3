import type { JsonValue } from '../../domain/index.ts';

const FORM = /^(\^?)((?:[^\\^$.*+?()[\]{}|]|\\[^0-9A-Za-z])*)(\$?)$/;

/**
 * The test that a regular expression makes of a text, where it consists of literal text with `^`, `$` or a useless `.*` around it;
 * undefined for all others: flagd has no regular expressions.
 */
export function patternTest(pattern: string, text: JsonValue): JsonValue | undefined {
  const bare = pattern.replace(/^\.\*/, '').replace(/(?<!\\)\.\*$/, '');
  const match = FORM.exec(bare);
  const literal = match?.[2]?.replace(/\\(.)/g, '$1');
  if (match === null || !literal) return undefined;
  if (match[1] !== '' && match[3] !== '') return { '===': [text, literal] };
  if (match[1] !== '') return { starts_with: [text, literal] };
  return match[3] === '' ? { in: [literal, text] } : { ends_with: [text, literal] };
}
