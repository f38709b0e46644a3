import type { ModelReview, ModelReviewStore, Scope } from '../domain/index.ts';
import type { Database } from './database.ts';
import { sql } from './statement.ts';

/** The newest look at the model in use of each kind, in PostgreSQL. */
export class PostgresModelReviewStore implements ModelReviewStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async keep({ tenant, environment }: Scope, review: ModelReview): Promise<void> {
    await this.#database.of(tenant).query(sql`
      insert into model_review as kept (tenant, environment, kind, at_ms, review)
      values (${tenant}, ${environment}, ${review.kind}, ${review.atMs}, ${JSON.stringify(review)}::json)
      on conflict (tenant, environment, kind) do update set at_ms = excluded.at_ms, review = excluded.review
       where excluded.at_ms >= kept.at_ms`);
  }

  async list({ tenant, environment }: Scope): Promise<readonly ModelReview[]> {
    const rows = await this.#database.of(tenant).query<{ readonly review: ModelReview }>(sql`
      select review from model_review where tenant = ${tenant} and environment = ${environment} order by kind`);
    return rows.map(({ review }) => review);
  }
}
