import type { Scope } from '../domain/index.ts';
import type { Query } from './database.ts';
import { sql } from './statement.ts';

/** What may be wrong with a report: some of it too late, all of it sent before, or none of it usable. */
export type Trouble = 'late' | 'duplicate' | 'refused';

/** Counts a report that did not simply count, for those who look after its source. */
export async function countTrouble(
  query: Query,
  { tenant, environment }: Scope,
  source: string,
  trouble: Trouble,
): Promise<void> {
  const count = (counted: Trouble) => (trouble === counted ? 1 : 0);
  await query(sql`
    insert into source_trouble as t (tenant, environment, source, minute_ms, late, duplicate, refused)
    values (${tenant}, ${environment}, ${source}, now_ms() / 60000 * 60000,
            ${count('late')}, ${count('duplicate')}, ${count('refused')})
    on conflict (tenant, environment, source, minute_ms) do update
       set late = t.late + excluded.late, duplicate = t.duplicate + excluded.duplicate,
           refused = t.refused + excluded.refused`);
}
