import type { Scope, ShadowScore, ShadowScoreStore } from '../domain/index.ts';
import type { Database } from './database.ts';
import { deleteBatch } from './delete-batch.ts';
import { sql } from './statement.ts';

/** How long scores are kept: as long as training looks back. */
const KEPT_MS = 90 * 24 * 3_600_000;

/** What models in the shadow said, in PostgreSQL. */
export class PostgresShadowScoreStore implements ShadowScoreStore {
  readonly #database: Database;
  readonly #keptMs: number;

  constructor(database: Database, keptMs = KEPT_MS) {
    this.#database = database;
    this.#keptMs = keptMs;
  }

  async append({ tenant, environment }: Scope, scores: readonly ShadowScore[]): Promise<void> {
    await this.#database.of(tenant).query(sql`
      insert into shadow_score (tenant, environment, model_id, window_end_ms, rollout, generation, score, threshold,
                                action)
      select ${tenant}, ${environment}, s."modelId", s."windowEndMs", s.rollout, s.generation, s.score, s.threshold,
             s.action
        from json_to_recordset(${JSON.stringify(scores)}::json)
          as s("modelId" text, "windowEndMs" bigint, rollout text, generation int, score float8, threshold float8,
               action text)
      on conflict do nothing`);
  }

  list(
    { tenant, environment }: Scope,
    modelId: string,
    options: { readonly limit: number; readonly beforeMs?: number; readonly rollout?: string },
  ): Promise<readonly ShadowScore[]> {
    const { limit, beforeMs = Number.MAX_SAFE_INTEGER, rollout = null } = options;
    return this.#database.of(tenant).query(sql`
      select rollout, generation, window_end_ms as "windowEndMs", model_id as "modelId", score, threshold, action
        from shadow_score
       where tenant = ${tenant} and environment = ${environment} and model_id = ${modelId}
         and window_end_ms < ${beforeMs} and coalesce(rollout = ${rollout}::text, true)
       order by window_end_ms desc, rollout, generation limit ${limit}`);
  }

  async maintain(): Promise<number> {
    const deleted = await deleteBatch(this.#database.acrossTenants.query, {
      table: 'shadow_score',
      key: ['tenant', 'environment', 'model_id', 'window_end_ms', 'rollout', 'generation'],
      where: sql`stored_at_ms < (select now_ms()) - ${this.#keptMs}::bigint`,
    });
    return deleted.length;
  }
}
