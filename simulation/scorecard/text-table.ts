/** Cells of a table: the first row is its heading, the first column what the others are about. */
export type Rows = readonly (readonly string[])[];

const GAP = '  ';

/**
 * A table as aligned text: names to the left, figures to the right.
 *
 * Columns that do not fit into `maxWidth` follow below, beside the first column again; names longer than `maxName` are
 * cut.
 */
export function textTable(
  rows: Rows,
  { maxWidth, maxName }: { readonly maxWidth: number; readonly maxName: number },
): string {
  const cut = rows.map(([name = '', ...cells]) => [clip(name, maxName), ...cells]);
  const widths = cut[0]!.map((_, column) => Math.max(...cut.map((row) => lengthOf(row[column] ?? ''))));
  return blocksOf(widths, maxWidth)
    .map((columns) => cut.map((row) => lineOf(row, columns, widths)).join('\n'))
    .join('\n\n');
}

/** The columns of each block, the first column not among them. */
function blocksOf([name = 0, ...others]: readonly number[], maxWidth: number): readonly (readonly number[])[] {
  const blocks: number[][] = [[]];
  let width = name;
  for (const [index, own] of others.entries()) {
    width += GAP.length + own;
    if (width > maxWidth && blocks.at(-1)!.length > 0) {
      blocks.push([]);
      width = name + GAP.length + own;
    }
    blocks.at(-1)!.push(index + 1);
  }
  return blocks;
}

function lineOf(row: readonly string[], columns: readonly number[], widths: readonly number[]): string {
  const pad = (column: number) => ' '.repeat(widths[column]! - lengthOf(row[column] ?? ''));
  const cells = columns.map((column) => pad(column) + (row[column] ?? ''));
  return [`${row[0]}${pad(0)}`, ...cells].join(GAP).trimEnd();
}

function clip(text: string, length: number): string {
  return lengthOf(text) <= length ? text : `${[...text].slice(0, length - 1).join('')}…`;
}

function lengthOf(text: string): number {
  return [...text].length;
}
