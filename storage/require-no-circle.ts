import { Problem, type RolloutDefinition, type Scope } from '../domain/index.ts';
import type { Query } from './database.ts';
import { sql } from './statement.ts';

/**
 * Problem `invalidRollout` when something that a rollout depends on depends on the rollout, directly or through others.
 *
 * Belongs behind the statement that wrote the definition, in the same transaction: that holds the lock of the environment,
 * so two who close a circle together do not both get through.
 */
export async function requireNoCircle(
  query: Query,
  { tenant, environment }: Scope,
  { rollout, dependsOn = [] }: RolloutDefinition,
): Promise<void> {
  const leadingBack = await query<{ position: number }>(sql`
    with recursive reached(position, name) as (
      select position::int - 1, name from unnest(${dependsOn}::text[]) with ordinality as direct(name, position)
      union
      select reached.position, next.name
        from reached join rollout r on r.tenant = ${tenant} and r.environment = ${environment} and r.rollout = reached.name
             cross join lateral json_array_elements_text(coalesce(r.definition -> 'dependsOn', '[]')) as next(name)
       where reached.name <> ${rollout}
    )
    select position from reached where name = ${rollout} order by position`);
  if (leadingBack.length === 0) return;
  throw new Problem(
    'invalidRollout',
    `"${rollout}" would wait for itself`,
    leadingBack.map(({ position }) => ({
      path: `/dependsOn/${position}`,
      message: `"${dependsOn[position]}" depends on "${rollout}", directly or through others; leave one of them out`,
    })),
  );
}
