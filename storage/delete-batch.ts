import type { Query } from './database.ts';
import type { Statement } from './statement.ts';

/** Most rows of a kind that one batch deletes: it holds no lock for long. */
const ROWS_PER_BATCH = 2_000;

/** Rows of a table: `key` are the columns of its primary key, `where` a condition, with an order if there is one. */
interface Batch {
  readonly table: string;
  readonly key: readonly string[];
  readonly where: Statement;
  /** What is read of the rows, from `deleted`; without it they are only counted. */
  readonly read?: string;
}

/**
 * Deletes the first rows that fulfil the condition and that nobody else is deleting; resolves to what is read of them.
 *
 * All are locked before the first goes (they are sorted), so that two processes seldom share what belongs together. They
 * are found by their key, as everything that policies guard: no session that passes them is needed for clearing up.
 */
export function deleteBatch<Row extends object>(
  query: Query,
  { table, key, where, read = 'select from deleted' }: Batch,
): Promise<readonly Row[]> {
  const isTheSame = key.map((column) => `${table}.${column} = batch.${column}`).join(' and ');
  const text = `
    with batch as materialized (
      select * from (
        select ${key.join(', ')} from ${table} where ${where.text} limit ${ROWS_PER_BATCH} for update skip locked
      ) locked order by ${key.join(', ')}
    ), deleted as (
      delete from ${table} using batch where ${isTheSame} returning ${table}.*
    )
    ${read}`;
  return query<Row>({ text, values: where.values });
}
