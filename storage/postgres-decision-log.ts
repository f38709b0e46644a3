import type {
  DecisionLog,
  DecisionRecord,
  DecisionSummary,
  ListedDecision,
  PastDecision,
  Scope,
} from '../domain/index.ts';
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
    await this.#database.of(tenant).query(sql`
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
    const rows = await this.#database.of(tenant).query<{ record: DecisionRecord; wasApplied: boolean }>(sql`
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

  async listNewest({ tenant, environment }: Scope): Promise<readonly DecisionSummary[]> {
    return this.#database.of(tenant).query<DecisionSummary>(sql`
      select r.rollout, d.generation, d.window_end_ms as "windowEndMs", d.decided_at_ms as "decidedAtMs",
             d.record -> 'decision' as decision
        from rollout r cross join lateral (
          select * from decision_record d
           where d.tenant = r.tenant and d.environment = r.environment and d.rollout = r.rollout
           order by d.decided_at_ms desc limit 1) d
       where r.tenant = ${tenant} and r.environment = ${environment}
       order by r.rollout`);
  }

  async newestTimes({ tenant, environment }: Scope): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#database.of(tenant).query<{ rollout: string; atMs: number | null }>(sql`
      select r.rollout, (
               select max(d.decided_at_ms) from decision_record d
                where d.tenant = r.tenant and d.environment = r.environment and d.rollout = r.rollout) as "atMs"
        from rollout r
       where r.tenant = ${tenant} and r.environment = ${environment}`);
    return new Map(rows.flatMap(({ rollout, atMs }) => (atMs === null ? [] : [[rollout, atMs]])));
  }

  // Slot 0 is the rollback; every other slot is the end of a window. Keys are thinned out before any record is read.
  async readHistory(
    { tenant, environment }: Scope,
    rollout: string,
    generation: number,
    { afterMs, limit }: { readonly afterMs: number; readonly limit: number },
  ): Promise<readonly PastDecision[]> {
    return this.#database.of(tenant).query<PastDecision>(sql`
      with official as (
        select slot, decision_id from decision_key
         where tenant = ${tenant} and environment = ${environment} and rollout = ${rollout}
           and generation = ${generation} and (slot = 0 or slot > ${afterMs})
      ), stretch as (
        select greatest(1, ceil((max(slot) - min(slot) + 1)::numeric / ${limit}))::bigint as ms
          from official where slot > 0
      ), picked as (
        select distinct on (slot = 0, slot / ms) decision_id from official, stretch order by slot = 0, slot / ms, slot desc
      )
      select d.window_end_ms as "windowEndMs", d.decided_at_ms as "decidedAtMs",
             d.record -> 'decision' as decision, d.record -> 'assessment' as assessment
        from picked join decision_record d using (decision_id)
       where d.tenant = ${tenant} and d.environment = ${environment} and d.window_end_ms >= ${afterMs}
       order by d.window_end_ms, d.decided_at_ms`);
  }
}
