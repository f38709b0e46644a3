import type { DecisionLog, DecisionRecord, ListedDecision, Scope } from '../domain/index.ts';
import type { Database } from './database.ts';
import { sql } from './statement.ts';

/** The append-only log of decisions in PostgreSQL. */
export class PostgresDecisionLog implements DecisionLog {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async append({ tenant, environment }: Scope, record: DecisionRecord): Promise<void> {
    const { decisionId, rollout, generation, windowEndMs, decidedAtMs } = record;
    await this.#database.query(sql`
      insert into decision_record (tenant, environment, decision_id, rollout, generation, window_end_ms, decided_at_ms,
                                   record)
      values (${tenant}, ${environment}, ${decisionId}, ${rollout}, ${generation}, ${windowEndMs}, ${decidedAtMs},
              ${JSON.stringify(record)}::json)
      on conflict (tenant, environment, decision_id) do nothing`);
  }

  // A decision was applied when it holds a key: that of its window, or that of the rollback (slot 0).
  async list(
    { tenant, environment }: Scope,
    rollout: string,
    {
      limit,
      before,
      onlyApplied,
    }: { readonly limit: number; readonly before?: number; readonly onlyApplied?: boolean },
  ): Promise<readonly ListedDecision[]> {
    const rows = await this.#database.query<{ record: DecisionRecord; wasApplied: boolean }>(sql`
      select d.record, k.was_applied as "wasApplied"
        from decision_record d cross join lateral (
          select exists (
            select from decision_key k
             where k.tenant = d.tenant and k.environment = d.environment and k.rollout = d.rollout
               and k.generation = d.generation and k.slot in (d.window_end_ms, 0) and k.decision_id = d.decision_id
          ) as was_applied) k
       where d.tenant = ${tenant} and d.environment = ${environment} and d.rollout = ${rollout}
         and d.decided_at_ms < ${before ?? Number.MAX_SAFE_INTEGER}
         and (k.was_applied or not ${onlyApplied ?? false}::boolean)
       order by d.decided_at_ms desc, d.decision_id desc limit ${limit}`);
    return rows.map(({ record, wasApplied }) => ({ ...record, wasApplied }));
  }
}
