import { Problem, type Scope } from '../domain/index.ts';
import type { Query } from './database.ts';
import { sql } from './statement.ts';

/**
 * Problem `environmentFull` when more rollouts are in progress than the environment allows, this one included.
 *
 * Belongs behind the statement that started it, in the same transaction: that holds the lock of the environment, so
 * whoever starts another one at the same moment is counted, or waits.
 */
export async function requireRoom(query: Query, { tenant, environment }: Scope, rollout: string): Promise<void> {
  const [found] = await query<{ most: number | null; others: readonly string[] }>(sql`
    select (e.settings ->> 'maxInProgress')::int as most,
           (select coalesce(json_agg(r.rollout order by r.rollout), '[]') from rollout r
             where r.tenant = e.tenant and r.environment = e.environment and r.rollout <> ${rollout}
               and r.phase in ('running', 'paused')) as others
      from environment e where e.tenant = ${tenant} and e.environment = ${environment}`);
  const { most, others } = found!;
  if (most === null || others.length < most) return;
  throw new Problem(
    'environmentFull',
    `"${rollout}" would be one more than the ${most} that may be in progress here: ${others.join(', ')}`,
  );
}
