import {
  DEFAULT_SETTINGS,
  type EnvironmentSettings,
  EXACT_CHANGES,
  type PublishedState,
  ROLLOUT_CHANGES,
  type Scope,
} from '../domain/index.ts';
import type { Query } from './database.ts';
import { applyPublishedChanges, type PublishedChanges } from './published-changes.ts';
import { sql } from './statement.ts';

/** Whoever missed more changes than this reads everything, which is cheaper by then. */
const MAX_CHANGES = 500;

interface ChangesRow extends Omit<PublishedChanges, 'settings'> {
  readonly changeCount: number;
  readonly kinds: readonly string[];
  readonly settings: Partial<EnvironmentSettings> | null;
}

/** Everything published, made of `held` and of what was touched since; undefined where that cannot be known for sure. */
export async function readPublishedSince(
  query: Query,
  scope: Scope,
  held: PublishedState,
): Promise<PublishedState | undefined> {
  const row = await readChanges(query, scope, held.version);
  if (row === undefined || !isAllThatChanged(row, held)) return undefined;
  const settings = row.settings && { ...DEFAULT_SETTINGS, ...row.settings };
  return applyPublishedChanges(held, { ...row, settings });
}

/** Versions have no gaps: fewer changes than versions are not all, nor are any across epochs. */
function isAllThatChanged({ epoch, version, changeCount, kinds }: ChangesRow, held: PublishedState): boolean {
  return (
    epoch === held.epoch &&
    changeCount === version - held.version &&
    kinds.every((kind) => EXACT_CHANGES.includes(kind))
  );
}

// One statement is one consistent view. What was touched is looked up by arrays of names: joined with `missed`, whose size
// the planner does not know, all flags might be read.
async function readChanges(
  query: Query,
  { tenant, environment }: Scope,
  since: number,
): Promise<ChangesRow | undefined> {
  const [row] = await query<ChangesRow>(sql`
    with missed as materialized (
      select kind, subject, payload from change
       where tenant = ${tenant} and environment = ${environment} and version > ${since}
       order by version limit ${MAX_CHANGES}
    ), written as materialized (
      select flag, definition from flag
       where tenant = ${tenant} and environment = ${environment}
         and flag = any(array(select subject::text from missed where kind = 'flag'))
    )
    select e.epoch, e.version,
           (select count(*) from missed) as "changeCount",
           array(select distinct kind from missed) as kinds,
           (select coalesce(json_object_agg(flag, definition), '{}') from written) as flags,
           case when exists (select from missed where kind = 'flag' and payload ->> 'revision' = '1')
                  or (select count(*) from written) < (select count(distinct subject) from missed where kind = 'flag')
           then (select coalesce(json_agg(f.flag order by f.flag), '[]') from flag f
                  where f.tenant = e.tenant and f.environment = e.environment) end as "flagKeys",
           (select coalesce(json_agg(rollout_json(r)), '[]') from rollout r
             where r.tenant = e.tenant and r.environment = e.environment
               and r.phase in ('running', 'paused', 'completed') and not r.is_archived
               and r.rollout = any(array(
                 select subject::text from missed where kind = any(${ROLLOUT_CHANGES}::text[])))) as rollouts,
           case when exists (select from missed where kind = any(${ROLLOUT_CHANGES}::text[]))
           then (select coalesce(json_agg(r.rollout order by r.started_at_ms, r.rollout), '[]') from rollout r
                  where r.tenant = e.tenant and r.environment = e.environment
                    and r.phase in ('running', 'paused', 'completed') and not r.is_archived) end as "rolloutNames",
           case when exists (select from missed where kind = 'evaluators') then e.evaluators end as evaluators,
           case when exists (select from missed where kind = 'settings') then e.settings end as settings
      from environment e where e.tenant = ${tenant} and e.environment = ${environment}`);
  return row;
}
