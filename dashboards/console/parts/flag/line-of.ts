/**
 * The line, counted from 1, on which the value begins that a JSON pointer (RFC 6901) names in a text of well-formed JSON;
 * of what is not there, the line of the nearest thing around it.
 */
export function lineOf(text: string, pointer: string): number {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  let at = afterSpace(text, 0);
  for (const step of steps) {
    const next = childOf(text, at, step);
    if (next === undefined) break;
    at = next;
  }
  return text.slice(0, at).split('\n').length;
}

/** Where the member or element of the value at `at` begins. */
function childOf(text: string, at: number, step: string): number | undefined {
  const isObject = text[at] === '{';
  if (!isObject && text[at] !== '[') return undefined;
  let cursor = afterSpace(text, at + 1);
  for (let index = 0; cursor < text.length && text[cursor] !== '}' && text[cursor] !== ']'; index++) {
    let name = String(index);
    if (isObject) {
      const end = endOf(text, cursor);
      name = JSON.parse(text.slice(cursor, end)) as string;
      cursor = afterSpace(text, afterSpace(text, end) + 1);
    }
    if (name === step) return cursor;
    cursor = afterSpace(text, endOf(text, cursor));
    if (text[cursor] === ',') cursor = afterSpace(text, cursor + 1);
  }
  return undefined;
}

/** Where the value that begins at `at` ends. */
function endOf(text: string, at: number): number {
  let depth = 0;
  for (let cursor = at; cursor < text.length; cursor++) {
    const character = text[cursor]!;
    if (character === '"') cursor = endOfString(text, cursor) - 1;
    if ('{['.includes(character)) depth++;
    if ('}]'.includes(character)) depth--;
    const next = text[cursor + 1];
    if (depth <= 0 && (next === undefined || /[\s,\]}:]/.test(next))) return cursor + 1;
  }
  return text.length;
}

function endOfString(text: string, at: number): number {
  for (let cursor = at + 1; cursor < text.length; cursor++) {
    if (text[cursor] === '\\') cursor++;
    else if (text[cursor] === '"') return cursor + 1;
  }
  return text.length;
}

function afterSpace(text: string, at: number): number {
  let cursor = at;
  while (/\s/.test(text[cursor] ?? '')) cursor++;
  return cursor;
}
