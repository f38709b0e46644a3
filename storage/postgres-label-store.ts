import {
  canonicalJson,
  type Label,
  type LabelStore,
  type NewLabel,
  type Page,
  Problem,
  type Scope,
} from '../domain/index.ts';
import type { Database } from './database.ts';
import { sql } from './statement.ts';

/** The append-only labels in PostgreSQL. */
export class PostgresLabelStore implements LabelStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async append({ tenant, environment }: Scope, label: NewLabel): Promise<Label> {
    const { labelId, rollout, generation, verdict, source, confidence, author, note, atMs } = label;
    // A label that is there already is read by the second part; one that this statement inserts is not visible to it.
    const [kept] = await this.#database.of(tenant).query<Label>(sql`
      with added as (
        insert into rollout_label (tenant, environment, label_id, rollout, generation, verdict, source, confidence,
                                   author, note, at_ms)
        select r.tenant, r.environment, ${labelId}, r.rollout, ${generation}::int, ${verdict}, ${source},
               ${confidence}::float8, ${author}, ${note}, ${atMs}::bigint
          from rollout r
         where r.tenant = ${tenant} and r.environment = ${environment} and r.rollout = ${rollout}
           and ${generation}::int between 1 and r.generation
        on conflict (tenant, environment, label_id) do nothing
        returning *
      ), audited as (
        select record_audit(tenant, environment, author, 'labelAdded', 'label', rollout, note,
                            ${canonicalJson({ labelId, generation, verdict, source, confidence })}) as sequence
          from added
      ), kept as (
        select * from added union all
        select * from rollout_label
         where tenant = ${tenant} and environment = ${environment} and label_id = ${labelId}
      )
      select label_id as "labelId", rollout, generation, verdict, source, confidence, author, note, at_ms as "atMs",
             ingested_at_ms as "ingestedAtMs"
        from kept left join audited on true limit 1`);
    if (kept !== undefined) return kept;
    throw new Problem('rolloutNotFound', `"${rollout}" with a generation ${generation}`);
  }

  list(
    { tenant, environment }: Scope,
    options: Page & { readonly rollout?: string; readonly generation?: number; readonly knownAtMs?: number },
  ): Promise<readonly Label[]> {
    const { limit, after = null, rollout = null, generation = null, knownAtMs = null } = options;
    return this.#database.of(tenant).query(sql`
      select label_id as "labelId", rollout, generation, verdict, source, confidence, author, note, at_ms as "atMs",
             ingested_at_ms as "ingestedAtMs"
        from rollout_label l
       where tenant = ${tenant} and environment = ${environment}
         and coalesce(rollout = ${rollout}::text, true) and coalesce(generation = ${generation}::int, true)
         and coalesce(ingested_at_ms <= ${knownAtMs}::bigint, true)
         and coalesce((ingested_at_ms, label_id) > (
               select a.ingested_at_ms, a.label_id from rollout_label a
                where a.tenant = l.tenant and a.environment = l.environment and a.label_id = ${after}::text), true)
       order by ingested_at_ms, label_id limit ${limit}`);
  }
}
