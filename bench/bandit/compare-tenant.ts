import { APPETITES, emptyRampPolicy, PACES, type RampAlgorithm, type RampPolicy } from '../../models/index.ts';
import type { PaceWorld } from '../../simulation/index.ts';
import type { RampTenant } from '../paces/ramp-tenants.ts';
import { afterRollout, beginner, type Learner, type Spent, type Stream } from './experience.ts';
import { figuresOf, paceRule, type RuleFigures } from './rule-figures.ts';
import { propensitiesIn } from './table-policy.ts';

/** What is compared at a tenant's. */
export interface TenantComparison {
  readonly tenant: RampTenant;
  /** Worlds that figures are of, and those that experience is gained in. */
  readonly worlds: readonly PaceWorld[];
  readonly pool: readonly PaceWorld[];
  readonly shipped: RampPolicy;
  readonly starts: readonly ('warm' | 'cold')[];
  readonly algorithms: readonly RampAlgorithm[];
  /** Rollouts of experience at which a policy is looked at, rising. */
  readonly levels: readonly number[];
  /** Seeds of the streams of experience. */
  readonly streams: readonly number[];
}

/** What a tenant's worlds show. */
export interface TenantFigures {
  readonly worlds: readonly PaceWorld[];
  /** Every rule by its name, fixed paces first. */
  readonly rules: ReadonlyMap<string, RuleFigures>;
  /** What gaining the experience cost. */
  readonly gained: readonly string[];
}

/** What each pace and each policy cost in the worlds of a tenant. */
export function compareTenant(asked: TenantComparison): TenantFigures {
  const { tenant, worlds, pool, shipped, starts, algorithms, levels, streams } = asked;
  const factors = APPETITES[tenant.appetite];
  const rules = new Map<string, RuleFigures>(
    PACES.map(({ pace }) => [paceRule(pace), figuresOf(worlds, factors, (world) => only(world, pace))]),
  );
  const gained: string[] = [];
  for (const start of starts)
    for (const algorithm of algorithms) {
      const first = start === 'cold' ? emptyRampPolicy('cold', algorithm) : { ...shipped, algorithm };
      let learners = streams.map((): Learner => beginner(first));
      for (const level of levels) {
        learners = learners.map((learner, index) => grown(learner, level, { pool, factors, seed: streams[index]! }));
        const mean = (world: PaceWorld) => meanOf(learners.map(({ policy }) => propensitiesIn(world, policy, factors)));
        const name = `${algorithm} ${start} ${level}`;
        rules.set(name, figuresOf(worlds, factors, mean));
        if (level > 0) gained.push(`- ${tenant.name}, ${name}: ${spentInWords(learners.map(({ spent }) => spent))}`);
      }
    }
  return { worlds, rules, gained };
}

/** Where there is no choice all paces are the same, and one that is not permitted is that of the plan. */
function only({ runs }: PaceWorld, name: string): readonly number[] {
  const place = Math.max(
    0,
    runs.findIndex(({ pace }) => pace === name),
  );
  return runs.map((_, a) => (a === place ? 1 : 0));
}

function grown(learner: Learner, level: number, stream: Stream): Learner {
  let now = learner;
  while (now.rollouts < level) now = afterRollout(now, stream);
  return now;
}

function meanOf(rows: readonly (readonly number[])[]): readonly number[] {
  return rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length);
}

/** Mean over streams, least and most. */
function spentInWords(all: readonly Spent[]): string {
  const more = all.map(({ own, asPlanned }) => 100 * (own / asPlanned - 1));
  const mean = more.reduce((sum, one) => sum + one, 0) / more.length;
  const range = `${mean.toFixed(1)} % [${Math.min(...more).toFixed(1)}, ${Math.max(...more).toFixed(1)}]`;
  const beyond = all.filter(({ worst }) => worst > 0).length;
  return `gaining it cost ${range} more than the schedule; more than 5 % and a false rollback above it at some time in ${beyond} of ${all.length} streams`;
}
