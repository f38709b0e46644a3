import type { AuditEntry, AuditHead, AuditLog, AuditQuery, Scope } from '../domain/index.ts';
import { GENESIS_HASH } from '../domain/index.ts';
import type { Database } from './database.ts';
import { sql } from './statement.ts';

/** The audit in PostgreSQL; entries are written by `record_audit`, in the transaction of what they tell. */
export class PostgresAuditLog implements AuditLog {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list({ tenant, environment }: Scope, query: AuditQuery): Promise<readonly AuditEntry[]> {
    const { limit, before, actor = null, action = null, kind = null, target = null, fromMs, throughMs } = query;
    const rows = await this.#database.of(tenant).query<{ line: string }>(sql`
      select audit_line(e) as line from audit_entry e
       where tenant = ${tenant} and environment = ${environment}
         and sequence < ${before ?? Number.MAX_SAFE_INTEGER}
         and at_ms between ${fromMs ?? 0}::bigint and ${throughMs ?? Number.MAX_SAFE_INTEGER}::bigint
         and coalesce(actor = ${actor}::text, true) and coalesce(action = ${action}::text, true)
         and coalesce(kind = ${kind}::text, true) and coalesce(target = ${target}::text, true)
       order by sequence desc limit ${limit}`);
    return rows.map(({ line }) => JSON.parse(line) as AuditEntry);
  }

  async readLines(
    { tenant, environment }: Scope,
    { after, through, limit }: { readonly after: number; readonly through: number; readonly limit: number },
  ): Promise<readonly string[]> {
    const rows = await this.#database.of(tenant).query<{ line: string }>(sql`
      select audit_line(e) as line from audit_entry e
       where tenant = ${tenant} and environment = ${environment}
         and sequence > ${after}::bigint and sequence <= ${through}::bigint
       order by sequence limit ${limit}`);
    return rows.map(({ line }) => line);
  }

  async readHead({ tenant, environment }: Scope): Promise<AuditHead> {
    const [head] = await this.#database.of(tenant).query<AuditHead>(sql`
      select sequence, hash from audit_head where tenant = ${tenant} and environment = ${environment}`);
    return head ?? { sequence: 0, hash: GENESIS_HASH };
  }
}
