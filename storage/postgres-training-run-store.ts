import {
  type NewTrainingRun,
  type Page,
  Problem,
  type Scope,
  type TrainingRun,
  type TrainingRunChange,
  type TrainingRunState,
  type TrainingRunStore,
} from '../domain/index.ts';
import type { Database } from './database.ts';
import { isRefusal, UNIQUE_VIOLATION } from './refusal.ts';
import { sql } from './statement.ts';

interface RunRow {
  readonly run: TrainingRun;
}

/** Training runs in PostgreSQL. */
export class PostgresTrainingRunStore implements TrainingRunStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async create({ tenant, environment }: Scope, run: NewTrainingRun): Promise<TrainingRun> {
    const { runId, kind, trigger, actor, cutOffMs } = run;
    try {
      const [created] = await this.#database.of(tenant).query<RunRow>(sql`
        insert into training_run as r (tenant, environment, run_id, kind, trigger, actor, cut_off_ms)
        values (${tenant}, ${environment}, ${runId}, ${kind}, ${trigger}, ${actor}, ${cutOffMs})
        returning training_run_json(r) as run`);
      return created!.run;
    } catch (error) {
      if (!isRefusal(error, UNIQUE_VIOLATION, 'training_run_active')) throw error;
      throw new Problem('trainingRunActive', `one of kind "${kind}"`);
    }
  }

  async read({ tenant, environment }: Scope, runId: string): Promise<TrainingRun | undefined> {
    const [row] = await this.#database.of(tenant).query<RunRow>(sql`
      select training_run_json(r) as run from training_run r
       where tenant = ${tenant} and environment = ${environment} and run_id = ${runId}`);
    return row?.run;
  }

  async list(
    { tenant, environment }: Scope,
    options: Page & { readonly kind?: string; readonly state?: TrainingRunState },
  ): Promise<readonly TrainingRun[]> {
    const { limit, after = null, kind = null, state = null } = options;
    const rows = await this.#database.of(tenant).query<RunRow>(sql`
      select training_run_json(r) as run from training_run r
       where tenant = ${tenant} and environment = ${environment}
         and coalesce(kind = ${kind}::text, true) and coalesce(state = ${state}::text, true)
         and coalesce(number < (
               select a.number from training_run a
                where a.tenant = r.tenant and a.environment = r.environment and a.run_id = ${after}::text), true)
       order by number desc limit ${limit}`);
    return rows.map(({ run }) => run);
  }

  async change(
    { tenant, environment }: Scope,
    runId: string,
    change: TrainingRunChange,
  ): Promise<TrainingRun | undefined> {
    const { state = null, progress, dataSetHash = null, result, failure = null } = change;
    const progressJson = progress === undefined ? null : JSON.stringify(progress);
    const resultJson = result === undefined ? null : JSON.stringify(result);
    const [changed] = await this.#database.of(tenant).query<RunRow>(sql`
      update training_run r
         set state = coalesce(${state}::text, r.state),
             progress = coalesce(${progressJson}::json, r.progress),
             data_set_hash = coalesce(${dataSetHash}::text, r.data_set_hash),
             result = coalesce(${resultJson}::json, r.result),
             failure = coalesce(${failure}::text, r.failure),
             started_at_ms = case when ${state}::text = 'running' then coalesce(r.started_at_ms, now_ms())
                                  else r.started_at_ms end,
             ended_at_ms = case when ${state}::text in ('completed', 'failed', 'cancelled') then now_ms() end
       where r.tenant = ${tenant} and r.environment = ${environment} and r.run_id = ${runId}
         and r.state in ('queued', 'running')
      returning training_run_json(r) as run`);
    return changed?.run;
  }
}
