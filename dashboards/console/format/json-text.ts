const INDENT = '  ';
const LINE_LENGTH = 60;

/** JSON as people write it: what fits into a line stays on it. */
export function jsonText(value: unknown, indent = ''): string {
  const onOneLine = oneLine(value);
  if (typeof value !== 'object' || value === null || indent.length + onOneLine.length <= LINE_LENGTH) return onOneLine;
  const inner = indent + INDENT;
  if (Array.isArray(value))
    return block(
      '[',
      value.map((item) => inner + jsonText(item, inner)),
      `${indent}]`,
    );
  const members = Object.entries(value).map(
    ([key, item]) => `${inner}${JSON.stringify(key)}: ${jsonText(item, inner)}`,
  );
  return block('{', members, `${indent}}`);
}

function block(open: string, lines: readonly string[], close: string): string {
  return `${open}\n${lines.join(',\n')}\n${close}`;
}

function oneLine(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  const members = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${oneLine(item)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}
