import {
  DEFAULT_SETTINGS,
  type EnvironmentSettings,
  type EnvironmentVersion,
  type FlagSet,
  type JsonValue,
  Problem,
  type PublishedState,
  type Rollout,
  type Scope,
} from '../domain/index.ts';
import type { Query } from './database.ts';
import { flagSetOf } from './published-changes.ts';
import { readPublishedSince } from './read-published-since.ts';
import { sql } from './statement.ts';

interface PublishedRow extends EnvironmentVersion {
  readonly evaluators: Readonly<Record<string, JsonValue>>;
  readonly flags: FlagSet['flags'];
  readonly rollouts: readonly Rollout[];
  readonly settings: Partial<EnvironmentSettings>;
  readonly ticketSecret: Uint8Array;
}

/** Everything published: what changed since `held`, where that is known and all of it, else the whole environment. */
export async function readPublished(query: Query, scope: Scope, held?: PublishedState): Promise<PublishedState> {
  const followed = held && (await readPublishedSince(query, scope, held));
  return followed ?? readEverything(query, scope);
}

// One statement is one consistent view.
async function readEverything(query: Query, { tenant, environment }: Scope): Promise<PublishedState> {
  const [row] = await query<PublishedRow>(sql`
    select e.epoch, e.version, e.evaluators, e.settings, e.ticket_secret as "ticketSecret",
           (select coalesce(json_object_agg(f.flag, f.definition order by f.flag), '{}') from flag f
             where f.tenant = e.tenant and f.environment = e.environment) as flags,
           (select coalesce(json_agg(rollout_json(r) order by r.started_at_ms, r.rollout), '[]') from rollout r
             where r.tenant = e.tenant and r.environment = e.environment
               and r.phase in ('running', 'paused', 'completed') and not r.is_archived) as rollouts
      from environment e where e.tenant = ${tenant} and e.environment = ${environment}`);
  if (row === undefined) throw new Problem('environmentNotFound', `"${environment}"`);
  const { epoch, version, evaluators, flags, rollouts, ticketSecret } = row;
  const settings = { ...DEFAULT_SETTINGS, ...row.settings };
  return { epoch, version, flagSet: flagSetOf(flags, evaluators), rollouts, settings, ticketSecret };
}
