const MAX_SHOWN_LENGTH = 200;
const MAX_SHOWN_DEPTH = 8;

/**
 * A value as people read it: its JSON, cut at 200 characters; "null" also for what is missing.
 *
 * Never throws, and reads no more of a large value than it shows.
 */
export function shownValue(value: unknown): string {
  const text = textOf(value, 0);
  return text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text;
}

function textOf(value: unknown, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, MAX_SHOWN_LENGTH));
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null) return 'null';
  if (depth === MAX_SHOWN_DEPTH) return '…';
  return Array.isArray(value)
    ? `[${joined(value.keys(), (index) => textOf(value[index], depth + 1))}]`
    : `{${joined(Object.keys(value).values(), (key) => `${JSON.stringify(key)}:${memberOf(value, key, depth)}`)}}`;
}

function memberOf(value: object, key: string, depth: number): string {
  return textOf((value as Record<string, unknown>)[key], depth + 1);
}

/** The texts of the entries, as far as they are shown. */
function joined<Key>(keys: Iterator<Key> & Iterable<Key>, textOfEntry: (key: Key) => string): string {
  let text = '';
  for (const key of keys) {
    text += text === '' ? textOfEntry(key) : `,${textOfEntry(key)}`;
    if (text.length > MAX_SHOWN_LENGTH) return `${text}…`;
  }
  return text;
}
