import type { DecisionRecord, LabelVerdict, ListedDecision, PolicyChoice } from '../../domain/index.ts';
import { type CostFactors, factorsOf, type RampCosts } from '../../models/index.ts';
import { observationsUntil, type RecordedGeneration, runIdOf } from '../dataset/recorded-generation.ts';
import { labelKnownAt } from '../labels/index.ts';
import { HORIZON_MS, harmAfter } from './harm-after.ts';
import { objectiveAfter } from './objective-after.ts';
import { fullSinceMs, type RolloutCourse, rolloutCourse } from './rollout-course.ts';

/** A choice of a ramp policy that took effect, as it was recorded, with what it led to. */
export interface RewardedChoice {
  readonly runId: string;
  readonly rollout: string;
  readonly windowEndMs: number;
  readonly choice: PolicyChoice;
  readonly costs: RampCosts;
  /** What the parts cost whoever planned the rollout; applied when something is learned, not before. */
  readonly factors: CostFactors;
}

/** A generation that is over, with the choices that were made in it. */
export interface RewardedGeneration {
  readonly runId: string;
  readonly rollout: string;
  /** undefined where nobody knows what became of it: then no choice has a cost. */
  readonly verdict: Exclude<LabelVerdict, 'unknown'> | undefined;
  readonly end: 'completed' | 'rolledBack';
  readonly decisions: number;
  readonly choices: readonly RewardedChoice[];
}

/** After the end of a generation so long for later evidence to come, unless a person has spoken. */
export const REWARD_DELAY_MS = 24 * 3_600_000;

const HOUR_MS = 3_600_000;

/**
 * Joins the choices of a generation with what came of them; undefined where it is too early, or where none was made.
 *
 * A rollback that nobody has confirmed leaves its false-rollback part, and with it all others, unknown: the generation is
 * counted and has no rows. Parts stay apart: what each of them costs is said when a policy learns.
 */
export function joinRewards(generation: RecordedGeneration, cutOffMs: number): RewardedGeneration | undefined {
  const { endedAtMs, end, labels, definition } = generation;
  const label = labelKnownAt(labels, cutOffMs);
  const isSpoken = label?.source === 'operator' || label?.source === 'simulation';
  if (endedAtMs === null || end === undefined || endedAtMs + (isSpoken ? 0 : REWARD_DELAY_MS) > cutOffMs)
    return undefined;
  const effective = observationsUntil(generation, cutOffMs).filter(({ record }) => tookEffect(record));
  const made = effective.flatMap(({ record }) => {
    const { choice, advice } = record.decision;
    return choice === undefined || advice !== undefined ? [] : [{ record, choice }];
  });
  const course = rolloutCourse(
    effective.map(({ observation }) => observation),
    { endedAtMs, end },
  );
  if (made.length === 0 || course === undefined) return undefined;
  const isKnown = label !== undefined && label.verdict !== 'unknown' && label.confidence > 0;
  const verdict = isKnown ? (label.verdict as 'healthy' | 'regressed') : undefined;
  const about = { runId: runIdOf(generation), rollout: definition.rollout, end, decisions: effective.length };
  if (verdict === undefined) return { ...about, verdict, choices: [] };
  const costsAt = costsOf(course, verdict);
  const factors = factorsOf(course.definition.appetite);
  const choices = made.map(({ record: { windowEndMs, decidedAtMs }, choice }) => {
    const { runId, rollout } = about;
    return { runId, rollout, windowEndMs, choice, costs: costsAt(decidedAtMs, choice), factors };
  });
  return { ...about, verdict, choices };
}

/** What was recorded and did not take effect led to nothing; where the store does not say, it is taken to have. */
function tookEffect(record: DecisionRecord & Partial<Pick<ListedDecision, 'wasApplied'>>): boolean {
  return record.wasApplied !== false;
}

function costsOf(course: RolloutCourse, verdict: 'healthy' | 'regressed') {
  const isHealthy = verdict === 'healthy';
  const isTakenBack = course.end === 'rolledBack';
  const [harm, objective] = [harmAfter(course), objectiveAfter(course)];
  const fullAtMs = fullSinceMs(course) ?? course.endedAtMs;
  return (atMs: number, { actions, taken }: PolicyChoice): RampCosts => ({
    harm: isHealthy ? 0 : harm(atMs),
    hours: isHealthy && !isTakenBack ? Math.min(HORIZON_MS, Math.max(0, fullAtMs - atMs)) / HOUR_MS : 0,
    falseRollback: isHealthy && isTakenBack ? 1 : 0,
    move: actions[taken]!.action === 'ramp' ? 1 : 0,
    objective: objective(atMs),
  });
}
