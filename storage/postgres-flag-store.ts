import {
  ALL_ENVIRONMENTS,
  type Authorship,
  BY_SERVER,
  type Change,
  canonicalJson,
  type EnvironmentSettings,
  type EnvironmentVersion,
  type FlagDefinition,
  type FlagStore,
  type JsonValue,
  type Page,
  Problem,
  type PublishedState,
  type Scope,
  type StoredFlag,
  type WriteOptions,
} from '../domain/index.ts';
import type { Database } from './database.ts';
import { readPublished } from './read-published.ts';
import { sql } from './statement.ts';

/** Environments and flags in PostgreSQL. */
export class PostgresFlagStore implements FlagStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async createEnvironment({ tenant, environment }: Scope, authorship: Authorship = BY_SERVER): Promise<void> {
    const { actor, reason = null } = authorship;
    const created = await this.#database.of(tenant).query(sql`
      with created as (
        insert into environment (tenant, environment) values (${tenant}, ${environment})
        on conflict do nothing returning *
      )
      select record_audit(tenant, ${ALL_ENVIRONMENTS}, ${actor}, 'environmentCreated', 'environment', environment,
                          ${reason}, ${canonicalJson({ environment })})
        from created`);
    if (created.length === 0) throw new Problem('environmentExists', `"${environment}"`);
  }

  listEnvironments(tenant: string): Promise<readonly (Scope & EnvironmentVersion)[]> {
    return this.#database.of(tenant).query(sql`
      select tenant, environment, epoch, version from environment where tenant = ${tenant} order by environment`);
  }

  listVersions(): Promise<readonly (Scope & EnvironmentVersion)[]> {
    return this.#database.acrossTenants.query(sql`
      select tenant, environment, epoch, version from environment order by tenant, environment`);
  }

  readPublished(scope: Scope, held?: PublishedState): Promise<PublishedState> {
    return readPublished(this.#database.of(scope.tenant).query, scope, held);
  }

  async readFlag({ tenant, environment }: Scope, key: string): Promise<StoredFlag | undefined> {
    const [flag] = await this.#database.of(tenant).query<StoredFlag>(sql`
      select flag as key, definition, revision from flag
       where tenant = ${tenant} and environment = ${environment} and flag = ${key}`);
    return flag;
  }

  listFlags({ tenant, environment }: Scope, { limit, after }: Page): Promise<readonly StoredFlag[]> {
    return this.#database.of(tenant).query(sql`
      select flag as key, definition, revision from flag
       where tenant = ${tenant} and environment = ${environment} and flag > ${after ?? ''}
       order by flag limit ${limit}`);
  }

  async writeFlag(scope: Scope, key: string, definition: FlagDefinition, options: WriteOptions): Promise<StoredFlag> {
    const { tenant, environment } = scope;
    const { ifRevision = null, actor, reason = null } = options;
    const [written] = await this.#database.of(tenant).query<{ revision: number }>(sql`
      with written as (
        insert into flag as f (tenant, environment, flag, definition)
        select e.tenant, e.environment, ${key}, ${JSON.stringify(definition)}::json from environment e
         where e.tenant = ${tenant} and e.environment = ${environment}
           and (coalesce(${ifRevision}::int, 0) = 0 or exists (
             select from flag k where k.tenant = e.tenant and k.environment = e.environment and k.flag = ${key}))
        on conflict (tenant, environment, flag) do update
           set definition = excluded.definition, revision = f.revision + 1
         where coalesce(f.revision = ${ifRevision}::int, true)
        returning f.*
      )
      select revision, record_audited_change(tenant, environment, 'flag', flag,
        json_build_object('revision', revision, 'definition', definition, 'reason', ${reason}::text), ${actor},
        ${reason}, 'flag', ${canonicalJson(definition)})
        from written`);
    if (written === undefined) {
      await this.#requireEnvironment(scope);
      const current = await this.readFlag(scope, key);
      const found = current === undefined ? 'does not exist' : `is at revision ${current.revision}, not ${ifRevision}`;
      throw new Problem('revisionMismatch', `flag "${key}" ${found}`);
    }
    return { key, definition, revision: written.revision };
  }

  writeEvaluators(
    scope: Scope,
    evaluators: Readonly<Record<string, JsonValue>>,
    options: WriteOptions,
  ): Promise<EnvironmentVersion> {
    return this.#writeEnvironment(scope, { column: 'evaluators', subject: '$evaluators', value: evaluators }, options);
  }

  writeSettings(scope: Scope, settings: EnvironmentSettings, options: WriteOptions): Promise<EnvironmentVersion> {
    return this.#writeEnvironment(scope, { column: 'settings', subject: '$settings', value: settings }, options);
  }

  // The environment itself is what is written, so here its version serves as the revision.
  async #writeEnvironment(
    scope: Scope,
    { column, subject, value }: { column: 'evaluators' | 'settings'; subject: string; value: unknown },
    options: WriteOptions,
  ): Promise<EnvironmentVersion> {
    const { tenant, environment } = scope;
    const { ifRevision = null, actor, reason = null } = options;
    const definition = JSON.stringify(value);
    const written = await this.#database.of(tenant).transaction(async (query) => {
      const [current] = await query<{ epoch: number }>(sql`
        update environment
           set evaluators = case ${column} when 'evaluators' then ${definition}::json else evaluators end,
               settings = case ${column} when 'settings' then ${definition}::json else settings end
         where tenant = ${tenant} and environment = ${environment}
           and coalesce(version = ${ifRevision}::bigint, true)
        returning epoch`);
      if (current === undefined) return undefined;
      const [change] = await query<{ version: number }>(sql`
        select record_audited_change(${tenant}, ${environment}, ${column}, ${subject},
          json_build_object('definition', ${definition}::json, 'reason', ${reason}::text), ${actor},
          ${reason}, ${column}, ${canonicalJson(value)}) as version`);
      return { epoch: current.epoch, version: change!.version };
    });
    if (written !== undefined) return written;
    const { version } = await this.#requireEnvironment(scope);
    throw new Problem('revisionMismatch', `the environment is at version ${version}, not ${ifRevision}`);
  }

  listChanges(
    { tenant, environment }: Scope,
    { limit, before, subject }: { readonly limit: number; readonly before?: number; readonly subject?: string },
  ): Promise<readonly Change[]> {
    return this.#database.of(tenant).query(sql`
      select version, kind, subject, payload, actor, at_ms as "atMs" from change
       where tenant = ${tenant} and environment = ${environment}
         and version < ${before ?? Number.MAX_SAFE_INTEGER}
         and (${subject ?? null}::text is null or subject = ${subject ?? null}::text)
       order by version desc limit ${limit}`);
  }

  async #requireEnvironment({ tenant, environment }: Scope): Promise<EnvironmentVersion> {
    const [found] = await this.#database.of(tenant).query<EnvironmentVersion>(sql`
      select epoch, version from environment where tenant = ${tenant} and environment = ${environment}`);
    if (found === undefined) throw new Problem('environmentNotFound', `"${environment}"`);
    return found;
  }
}
