import {
  type AnsweredRequest,
  type Authorship,
  canonicalJson,
  type DecisionToApply,
  type DueRollout,
  type Page,
  Problem,
  type Rollout,
  type RolloutDefinition,
  type RolloutMove,
  type RolloutStore,
  type Scope,
  type Surroundings,
  type WriteOptions,
} from '../domain/index.ts';
import { applyDecision } from './apply-decision.ts';
import type { Database, Query } from './database.ts';
import { ANSWER_RETENTION_MS } from './forget-old.ts';
import { isRefusal, UNIQUE_VIOLATION } from './refusal.ts';
import { requireNoCircle } from './require-no-circle.ts';
import { requireRoom } from './require-room.ts';
import { type Statement, sql } from './statement.ts';

interface RolloutRow {
  readonly rollout: Rollout;
}

/** Rollouts in PostgreSQL; every write is one statement that ends with the environment's version. */
export class PostgresRolloutStore implements RolloutStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async createRollout(scope: Scope, definition: RolloutDefinition, authorship: Authorship): Promise<Rollout> {
    const { tenant, environment } = scope;
    const { actor, reason = null } = authorship;
    const created = await this.#writePlan(
      scope,
      definition,
      sql`
      with created as (
        insert into rollout as r (tenant, environment, rollout, flag, definition, coverage_ceiling, planned_by)
        select f.tenant, f.environment, ${definition.rollout}, f.flag, ${JSON.stringify(definition)}::json,
               ${ceilingOf(definition)}::int, ${actor}
          from flag f
         where f.tenant = ${tenant} and f.environment = ${environment} and f.flag = ${definition.flag}
        on conflict do nothing
        returning r.*, rollout_json(r) as json
      ), marked as (
        insert into watermark (tenant, environment, rollout, generation)
        select tenant, environment, rollout, generation from created
      ), observed as (
        insert into evidence (tenant, environment, rollout, generation)
        select tenant, environment, rollout, generation from created
      )
      select json as rollout, record_audited_change(tenant, environment, 'rolloutCreated', rollout,
        json_build_object('revision', revision, 'definition', definition, 'reason', ${reason}::text), ${actor},
        ${reason}, 'rolloutDefinition', ${canonicalJson(definition)})
        from created`,
    );
    if (created !== undefined) return created;
    await this.#requireFlag(scope, definition.flag);
    throw new Problem('rolloutExists', `"${definition.rollout}"`);
  }

  /** Runs what writes a plan, and the check that needs the lock which that takes. */
  async #writePlan(scope: Scope, definition: RolloutDefinition, statement: Statement): Promise<Rollout | undefined> {
    const session = this.#database.of(scope.tenant);
    if ((definition.dependsOn ?? []).length === 0) return (await session.query<RolloutRow>(statement))[0]?.rollout;
    return session.transaction(async (within) => {
      const [written] = await within<RolloutRow>(statement);
      if (written !== undefined) await requireNoCircle(within, scope, definition);
      return written?.rollout;
    });
  }

  async readRollout({ tenant, environment }: Scope, rollout: string): Promise<Rollout | undefined> {
    const [row] = await this.#database.of(tenant).query<RolloutRow>(sql`
      select rollout_json(r) as rollout from rollout r
       where tenant = ${tenant} and environment = ${environment} and rollout = ${rollout}`);
    return row?.rollout;
  }

  async listRollouts({ tenant, environment }: Scope, { limit, after }: Page): Promise<readonly Rollout[]> {
    const rows = await this.#database.of(tenant).query<RolloutRow>(sql`
      select rollout_json(r) as rollout from rollout r
       where tenant = ${tenant} and environment = ${environment} and r.rollout > ${after ?? ''}
       order by r.rollout limit ${limit}`);
    return rows.map((row) => row.rollout);
  }

  async updateRollout(scope: Scope, definition: RolloutDefinition, options: WriteOptions): Promise<Rollout> {
    const { tenant, environment } = scope;
    const { ifRevision = null, actor, reason = null } = options;
    const updated = await this.#writePlan(
      scope,
      definition,
      sql`
      with updated as (
        update rollout r set flag = f.flag, definition = ${JSON.stringify(definition)}::json,
               coverage_ceiling = ${ceilingOf(definition)}::int, revision = r.revision + 1, planned_by = ${actor},
               steering = without_votes(r.steering)
          from flag f
         where r.tenant = ${tenant} and r.environment = ${environment} and r.rollout = ${definition.rollout}
           and f.tenant = r.tenant and f.environment = r.environment and f.flag = ${definition.flag}
           and r.phase = 'draft' and not r.is_archived and coalesce(r.revision = ${ifRevision}::int, true)
        returning r.*, rollout_json(r) as json
      )
      select json as rollout, record_audited_change(tenant, environment, 'rolloutUpdated', rollout,
        json_build_object('revision', revision, 'definition', definition, 'reason', ${reason}::text), ${actor},
        ${reason}, 'rolloutDefinition', ${canonicalJson(definition)})
        from updated`,
    );
    return updated ?? this.#refuseUpdate(scope, definition, ifRevision);
  }

  async moveRollout(scope: Scope, rollout: string, move: RolloutMove): Promise<Rollout | undefined> {
    const session = this.#database.of(scope.tenant);
    try {
      if (!isBeginning(move)) return await this.#move(session.query, scope, rollout, move);
      return await session.transaction(async (query) => {
        const moved = await this.#move(query, scope, rollout, move);
        if (moved !== undefined) await requireRoom(query, scope, rollout);
        return moved;
      });
    } catch (error) {
      if (isRefusal(error, UNIQUE_VIOLATION, 'rollout_in_progress'))
        throw new Problem('flagHasRollout', `"${rollout}" cannot be ${move.phase} beside it`);
      if (isRefusal(error, UNIQUE_VIOLATION, 'rollout_in_exclusion_group'))
        throw new Problem('groupHasRollout', `"${rollout}" cannot be ${move.phase} beside it`);
      if (isRefusal(error, UNIQUE_VIOLATION, 'answered_request_pkey'))
        throw new Problem('requestRepeated', `"${move.request?.key}"`);
      throw error;
    }
  }

  async #move(
    query: Query,
    { tenant, environment }: Scope,
    rollout: string,
    move: RolloutMove,
  ): Promise<Rollout | undefined> {
    const { verb, fromPhases, ifRevision = null, phase, coverage = null, isArchived = null } = move;
    const { actor, reason = null, isNewGeneration = false, request } = move;
    const steering = move.steering === undefined ? null : canonicalJson(move.steering);
    const admission = move.admission === undefined ? null : canonicalJson(move.admission);
    const [moved] = await query<RolloutRow>(sql`
      with moved as (
        update rollout r
           set phase = ${phase}, revision = r.revision + 1,
               coverage = coalesce(${coverage}::int, r.coverage),
               coverage_since_ms = case when coalesce(${coverage}::int, r.coverage) = r.coverage
                                        then r.coverage_since_ms else now_ms() end,
               started_at_ms = case when ${isNewGeneration} then now_ms()
                                    when ${phase} = 'running' then coalesce(r.started_at_ms, now_ms())
                                    else r.started_at_ms end,
               started_by = case when r.phase in ('draft', 'rolledBack') and ${phase} = 'running' then ${actor}
                                 else r.started_by end,
               generation = r.generation + ${isNewGeneration}::boolean::int,
               steering = coalesce(${steering}::json, r.steering),
               admission = coalesce(${admission}::json, r.admission),
               is_archived = coalesce(${isArchived}::boolean, r.is_archived)
         where r.tenant = ${tenant} and r.environment = ${environment} and r.rollout = ${rollout}
           and r.phase = any(${fromPhases}::text[]) and coalesce(r.revision = ${ifRevision}::int, true)
        returning r.*, rollout_json(r) as json, rollout_audited(r, null) as audited
      ), marked as (
        insert into watermark (tenant, environment, rollout, generation)
        select tenant, environment, rollout, generation from moved on conflict do nothing
      ), observed as (
        insert into evidence (tenant, environment, rollout, generation)
        select tenant, environment, rollout, generation from moved on conflict do nothing
      ), answered as (
        insert into answered_request (tenant, environment, request_key, sha256, rollout)
        select tenant, environment, ${request?.key ?? null}, ${request?.sha256 ?? null}, json from moved
         where ${request !== undefined}
      ), scheduled as (
        insert into rollout_schedule (tenant, environment, rollout)
        select tenant, environment, rollout from moved where phase in ('running', 'paused')
        on conflict (tenant, environment, rollout) do update set due_at_ms = excluded.due_at_ms
      ), unscheduled as (
        delete from rollout_schedule s using moved m
         where s.tenant = m.tenant and s.environment = m.environment and s.rollout = m.rollout
           and m.phase not in ('running', 'paused')
      )
      select json as rollout, record_audited_change(tenant, environment, ${verb}, rollout,
        json_build_object('phase', phase, 'coverage', coverage, 'generation', generation, 'revision', revision,
                          'isArchived', is_archived, 'reason', ${reason}::text), ${actor},
        ${reason}, 'rollout', audited)
        from moved`);
    return moved?.rollout;
  }

  async readSurroundings(scope: Scope, rollout: string): Promise<Surroundings> {
    const [found] = await this.#database
      .of(scope.tenant)
      .query<Surroundings & { of: Rollout }>(surroundings(scope, rollout));
    if (found === undefined) throw new Problem('rolloutNotFound', `"${rollout}"`);
    const { of: _, ...around } = found;
    return around;
  }

  listSurroundings(scope: Scope): Promise<readonly (Surroundings & { readonly of: Rollout })[]> {
    return this.#database.of(scope.tenant).query(surroundings(scope, null));
  }

  async readAnswer({ tenant, environment }: Scope, key: string): Promise<AnsweredRequest | undefined> {
    const [answered] = await this.#database.of(tenant).query<AnsweredRequest>(sql`
      select request_key as key, sha256, rollout from answered_request
       where tenant = ${tenant} and environment = ${environment} and request_key = ${key}
         and at_ms >= (select now_ms()) - ${ANSWER_RETENTION_MS}::bigint`);
    return answered;
  }

  applyDecision(decision: DecisionToApply): Promise<boolean> {
    return applyDecision(this.#database.of(decision.scope.tenant), decision);
  }

  // First the longest due rollout of each tenant, then the second of each: one with thousands keeps no other waiting.
  // Tenants are found by going from one to the next in the index. `limit` and `skip locked` stay in a subquery of their
  // own, which is evaluated once; in a condition the planner may evaluate it repeatedly, and lock more rows than the limit.
  claimDue(limit: number, claimMs: number): Promise<readonly DueRollout[]> {
    return this.#database.acrossTenants.query(sql`
      with recursive present as (
        select min(tenant) as tenant from rollout_schedule
        union all
        select (select min(s.tenant) from rollout_schedule s where s.tenant > present.tenant)
          from present where present.tenant is not null
      ), ranked as (
        select first.*, row_number() over (partition by first.tenant order by first.due_at_ms) as turn
          from present cross join lateral (
            select s.tenant, s.environment, s.rollout, s.due_at_ms from rollout_schedule s
             where s.tenant = present.tenant and s.due_at_ms <= (select now_ms())
               and s.claimed_until_ms <= (select now_ms())
             order by s.due_at_ms limit ${limit}) first
      ), due as (
        select s.tenant, s.environment, s.rollout, now_ms() - s.due_at_ms as late_ms
          from ranked join rollout_schedule s using (tenant, environment, rollout)
         where s.due_at_ms <= (select now_ms()) and s.claimed_until_ms <= (select now_ms())
         order by ranked.turn, ranked.due_at_ms limit ${limit} for update of s skip locked
      )
      update rollout_schedule s set claimed_until_ms = now_ms() + ${claimMs}::bigint from due
       where s.tenant = due.tenant and s.environment = due.environment and s.rollout = due.rollout
      returning s.tenant, s.environment, s.rollout, due.late_ms as "lateMs"`);
  }

  async releaseClaim({ tenant, environment }: Scope, rollout: string, delayMs: number): Promise<void> {
    await this.#database.of(tenant).query(sql`
      update rollout_schedule set claimed_until_ms = 0, due_at_ms = now_ms() + ${delayMs}::bigint
       where tenant = ${tenant} and environment = ${environment} and rollout = ${rollout}`);
  }

  async #refuseUpdate(scope: Scope, definition: RolloutDefinition, ifRevision: number | null): Promise<never> {
    const name = `"${definition.rollout}"`;
    const current = await this.readRollout(scope, definition.rollout);
    if (current === undefined) throw new Problem('rolloutNotFound', name);
    const { phase, isArchived, revision } = current.state;
    if (phase !== 'draft' || isArchived) {
      throw new Problem('rolloutNotDraft', `${name} is ${isArchived ? 'archived' : phase}`);
    }
    await this.#requireFlag(scope, definition.flag);
    throw new Problem('revisionMismatch', `${name} is at revision ${revision}, not ${ifRevision}`);
  }

  async #requireFlag({ tenant, environment }: Scope, flag: string): Promise<void> {
    const found = await this.#database.of(tenant).query(sql`
      select from flag where tenant = ${tenant} and environment = ${environment} and flag = ${flag}`);
    if (found.length === 0) throw new Problem('flagNotFound', `"${flag}"`);
  }
}

/** What is around one rollout, or around all that may still go forward. */
function surroundings({ tenant, environment }: Scope, rollout: string | null): Statement {
  return sql`
    select coalesce(e.settings -> 'freezes', '[]') as freezes,
           (select coalesce(json_agg(json_build_object('rollout', d.name, 'phase', o.phase) order by d.position), '[]')
              from json_array_elements_text(coalesce(r.definition -> 'dependsOn', '[]'))
                   with ordinality as d(name, position)
              left join rollout o on o.tenant = r.tenant and o.environment = r.environment and o.rollout = d.name
           ) as dependencies,
           coalesce(e.settings -> 'approvals', '[]') as approvals,
           coalesce((e.settings ->> 'twoPersonRule')::boolean, false) as "twoPersonRule",
           r.planned_by as "plannedBy", r.started_by as "startedBy", rollout_json(r) as of
      from rollout r join environment e on e.tenant = r.tenant and e.environment = r.environment
     where r.tenant = ${tenant} and r.environment = ${environment}
       and case when ${rollout}::text is null then r.phase in ('draft', 'running', 'paused') and not r.is_archived
                else r.rollout = ${rollout} end
     order by r.rollout`;
}

/** Whether a move makes one more rollout in progress. */
function isBeginning({ fromPhases, phase }: RolloutMove): boolean {
  return phase === 'running' && fromPhases.some((from) => from === 'draft' || from === 'rolledBack');
}

/** The most that automation may reach before completion: the plan's last stage. */
function ceilingOf({ stages }: RolloutDefinition): number {
  return Math.max(0, ...stages.map((stage) => stage.coverage));
}
