import { SHARE_TOTAL } from '../../domain/index.ts';

/** Writes a text and a line break. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Writes a value as JSON that people can read too. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** Rows under headings, in columns as wide as they need to be; a word where there are no rows. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '(none)';
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A share as a percentage. */
export function percent(share: number): string {
  return `${Number(((100 * share) / SHARE_TOTAL).toFixed(3))} %`;
}

/** A moment in ISO 8601. */
export function moment(ms: number): string {
  return new Date(ms).toISOString();
}
