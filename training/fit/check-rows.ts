import { isUsableVector, type KnownSchema } from '../../models/index.ts';
import type { TrainingRow } from './training-row.ts';

/** Why nothing can be fitted on the rows, in words; undefined if it can. */
export function rowsFault(schema: KnownSchema, rows: readonly TrainingRow[]): string | undefined {
  if (rows.length === 0) return 'There are no rows.';
  for (const [index, row] of rows.entries()) {
    if (!isUsableVector(schema, row.features))
      return `Row ${index} of run ${row.runId} is no vector of "${schema.name}" version ${schema.version}.`;
    if (!(row.weight > 0 && Number.isFinite(row.weight))) return `Row ${index} of run ${row.runId} has no weight.`;
  }
  return undefined;
}

/** True if some rows have each label, without which nothing can be told apart. */
export function haveBothLabels(rows: readonly TrainingRow[]): boolean {
  return rows.some(({ label }) => label === 1) && rows.some(({ label }) => label === 0);
}
