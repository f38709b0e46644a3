import {
  ALL_ENVIRONMENTS,
  type Authorship,
  BY_SERVER,
  type ChampionMove,
  type ChampionMoveOptions,
  canonicalJson,
  type JsonValue,
  type ModelRecord,
  type ModelRegistry,
  type ModelState,
  type NewModel,
  type Page,
  Problem,
  type Scope,
} from '../domain/index.ts';
import type { Database } from './database.ts';
import { readArtefact, type StoredArtefact, writeArtefact } from './model-artefact.ts';
import { demoteModel, promoteModel } from './move-champion.ts';
import { isRefusal, UNIQUE_VIOLATION } from './refusal.ts';
import { sql } from './statement.ts';

const MAX_ANCESTORS = 100;

interface ModelRow {
  readonly model: ModelRecord;
}

/** Models and their champions in PostgreSQL. */
export class PostgresModelRegistry implements ModelRegistry {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async register(
    tenant: string,
    model: NewModel,
    reason: string,
    { actor }: Pick<Authorship, 'actor'> = BY_SERVER,
  ): Promise<ModelRecord> {
    const { modelId, kind, environment, artefact, parentId, ...origin } = model;
    const { text, sha256 } = writeArtefact(modelId, artefact);
    try {
      const [registered] = await this.#database.of(tenant).query<ModelRow>(sql`
        with registered as (
          insert into model as m (tenant, environment, model_id, kind, origin, artefact, artefact_sha256, parent_id,
                                  reason)
          values (${tenant}, ${environment ?? ALL_ENVIRONMENTS}, ${modelId}, ${kind}, ${JSON.stringify(origin)}::json,
                  ${text}, ${sha256}, ${parentId}, ${reason})
          returning m.*, model_json(m) as json
        )
        select json as model,
               record_audit(tenant, environment, ${actor}, 'modelRegistered', 'model', model_id, ${reason},
                            ${canonicalJson({ state: 'candidate', kind, artefactSha256: sha256 })})
          from registered`);
      return registered!.model;
    } catch (error) {
      if (!isRefusal(error, UNIQUE_VIOLATION)) throw error;
      throw new Problem('modelExists', `"${modelId}"`);
    }
  }

  async read({ tenant, environment }: Scope, modelId: string): Promise<ModelRecord | undefined> {
    const [row] = await this.#database.of(tenant).query<ModelRow>(sql`
      select model_json(m) as model from model m
       where tenant = ${tenant} and environment in (${environment}, ${ALL_ENVIRONMENTS}) and model_id = ${modelId}`);
    return row?.model;
  }

  async readArtefact({ tenant, environment }: Scope, modelId: string): Promise<JsonValue> {
    const [row] = await this.#database.of(tenant).query<StoredArtefact>(sql`
      select artefact as text, artefact_sha256 as sha256 from model
       where tenant = ${tenant} and environment in (${environment}, ${ALL_ENVIRONMENTS}) and model_id = ${modelId}`);
    if (row === undefined) throw new Problem('modelNotFound', `"${modelId}"`);
    return readArtefact(modelId, row);
  }

  async list(
    { tenant, environment }: Scope,
    options: Page & { readonly kind?: string; readonly state?: ModelState },
  ): Promise<readonly ModelRecord[]> {
    const { limit, after = '', kind = null, state = null } = options;
    const rows = await this.#database.of(tenant).query<ModelRow>(sql`
      select model_json(m) as model from model m
       where tenant = ${tenant} and environment in (${environment}, ${ALL_ENVIRONMENTS}) and model_id > ${after}
         and coalesce(kind = ${kind}::text, true) and coalesce(state = ${state}::text, true)
       order by model_id limit ${limit}`);
    return rows.map(({ model }) => model);
  }

  async setState(
    scope: Scope,
    modelId: string,
    state: Exclude<ModelState, 'champion'>,
    reason: string,
    { actor }: Pick<Authorship, 'actor'> = BY_SERVER,
  ): Promise<ModelRecord> {
    const { tenant, environment } = scope;
    const [moved] = await this.#database.of(tenant).query<ModelRow>(sql`
      with moved as (
        update model m set state = ${state}, reason = ${reason}, changed_at_ms = now_ms()
         where tenant = ${tenant} and environment in (${environment}, ${ALL_ENVIRONMENTS}) and model_id = ${modelId}
           and state <> 'champion'
        returning m.*, model_json(m) as json
      )
      select json as model,
             record_audit(tenant, environment, ${actor}, 'modelMoved', 'model', model_id, ${reason},
                          ${canonicalJson({ state })})
        from moved`);
    if (moved !== undefined) return moved.model;
    if ((await this.read(scope, modelId)) === undefined) throw new Problem('modelNotFound', `"${modelId}"`);
    throw new Problem('wrongModelState', `"${modelId}" is the champion: demote it`);
  }

  promote(scope: Scope, modelId: string, options: ChampionMoveOptions): Promise<ChampionMove> {
    return promoteModel(this.#database.of(scope.tenant), scope, modelId, options);
  }

  demote(scope: Scope, modelId: string, options: ChampionMoveOptions): Promise<ChampionMove> {
    return demoteModel(this.#database.of(scope.tenant), scope, modelId, options);
  }

  async readChampion({ tenant, environment }: Scope, kind: string): Promise<ModelRecord | undefined> {
    const [row] = await this.#database.of(tenant).query<ModelRow>(sql`
      select model_json(m) as model from model m
       where tenant = ${tenant} and environment in (${environment}, ${ALL_ENVIRONMENTS}) and kind = ${kind} and state = 'champion'
       order by environment = ${ALL_ENVIRONMENTS} limit 1`);
    return row?.model;
  }

  listMoves(
    { tenant, environment }: { readonly tenant: string; readonly environment: string | null },
    kind: string,
    limit: number,
  ): Promise<readonly ChampionMove[]> {
    return this.#database.of(tenant).query(sql`
      select revision, verb, model_id as "modelId", previous_id as "previousId", actor, reason, at_ms as "atMs"
        from champion_move
       where tenant = ${tenant} and environment = ${environment ?? ALL_ENVIRONMENTS} and kind = ${kind}
       order by revision desc limit ${limit}`);
  }

  async readLineage({ tenant, environment }: Scope, modelId: string): Promise<readonly ModelRecord[]> {
    const rows = await this.#database.of(tenant).query<ModelRow>(sql`
      with recursive lineage as (
        select 1 as depth, m.* from model m
         where tenant = ${tenant} and environment in (${environment}, ${ALL_ENVIRONMENTS}) and model_id = ${modelId}
        union all
        select depth + 1, m.* from lineage l
          join model m on m.tenant = l.tenant and m.environment in (${environment}, ${ALL_ENVIRONMENTS}) and m.model_id = l.parent_id
         where depth < ${MAX_ANCESTORS}
      )
      select model_json(m) as model from lineage l join model m using (tenant, environment, model_id) order by depth`);
    return rows.map(({ model }) => model);
  }
}
