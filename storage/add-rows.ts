import { addVariant, type ReportRow, type Scope, type VariantWindow, type VariantWindows } from '../domain/index.ts';
import type { Query } from './database.ts';
import { sql } from './statement.ts';

/** A row and whether its window was closed before it came. */
export type TimedRow = ReportRow & { readonly isLate: boolean };

/** Under which identity rows count, and how far its clock is off; null when it does not say. */
export interface RowOrigin {
  readonly source: string;
  readonly clockSkewMs: number | null;
}

/** One source's part of one window. */
interface WindowPart extends Pick<TimedRow, (typeof WINDOW_KEY)[number]> {
  readonly variants: VariantWindows;
}

/** Which window a row belongs to. */
const WINDOW_KEY = ['rollout', 'generation', 'startMs', 'endMs', 'coverage', 'isLate'] as const;

/** Appends rows, those of the same window as one part of it. */
export async function addRows(
  query: Query,
  { tenant, environment }: Scope,
  rows: readonly TimedRow[],
  { source, clockSkewMs }: RowOrigin,
): Promise<void> {
  await query(sql`
    insert into source_window (tenant, environment, rollout, generation, end_ms, start_ms, coverage, source, is_late,
                               reports, clock_skew_ms, variants)
    select ${tenant}, ${environment}, rollout, generation, "endMs", "startMs", coverage, ${source}, "isLate",
           1, ${clockSkewMs}, variants
      from json_to_recordset(${JSON.stringify(partsOf(rows))}::json) as p(
        rollout name_text, generation int, "endMs" bigint, "startMs" bigint, coverage int, "isLate" boolean,
        variants json)`);
}

function partsOf(rows: readonly TimedRow[]): readonly WindowPart[] {
  const parts = new Map<string, { readonly first: TimedRow; readonly variants: Map<string, VariantWindow> }>();
  for (const row of rows) {
    const key = WINDOW_KEY.map((field) => row[field]).join(' ');
    const part = parts.get(key) ?? { first: row, variants: new Map<string, VariantWindow>() };
    const shown = part.variants.get(row.variant);
    part.variants.set(row.variant, shown === undefined ? shownIn(row) : addVariant(shown, shownIn(row)));
    parts.set(key, part);
  }
  return [...parts.values()].map(({ first, variants }) => {
    const { rollout, generation, startMs, endMs, coverage, isLate } = first;
    return { rollout, generation, startMs, endMs, coverage, isLate, variants: Object.fromEntries(variants) };
  });
}

function shownIn({ units, newUnits, requests, metrics, segments, leaves }: ReportRow): VariantWindow {
  return { units, newUnits, requests, metrics, ...(segments && { segments }), ...(leaves && { leaves }) };
}
