import type { DecisionRecord, LabelVerdict, ListedDecision, PolicyChoice } from '../../domain/index.ts';
import { type CostFactors, factorsOf, RAMP_SCHEMA, type RampCosts } from '../../models/index.ts';
import { observationsUntil, type RecordedGeneration, runIdOf } from '../dataset/recorded-generation.ts';
import { labelKnownAt } from '../labels/index.ts';
import { forgoneObjective } from './forgone-objective.ts';
import { isFull, type RolloutCourse, rolloutCourse } from './rollout-course.ts';
import { HORIZON_MS, rolloutHarm } from './rollout-harm.ts';

/** The choice of a pace that took effect, as it was recorded, with what the rollout has cost. */
export interface RewardedChoice {
  readonly runId: string;
  readonly rollout: string;
  readonly windowEndMs: number;
  readonly choice: PolicyChoice;
  readonly costs: RampCosts;
  /** What the parts cost whoever planned the rollout; applied when something is learned, not before. */
  readonly factors: CostFactors;
}

/** A generation that is over, whose pace was chosen. */
export interface RewardedGeneration {
  readonly runId: string;
  readonly rollout: string;
  /** undefined where nobody knows what became of it: then it has no cost. */
  readonly verdict: Exclude<LabelVerdict, 'unknown'> | undefined;
  readonly end: 'completed' | 'rolledBack';
  readonly decisions: number;
  /** Absent where nobody knows what became of it. */
  readonly choice?: RewardedChoice;
}

/** What joining came to; `otherVersion`: the choice was one among other actions, or by other inputs. */
export type JoinedReward =
  | { readonly kind: 'joined'; readonly generation: RewardedGeneration }
  | { readonly kind: 'none' }
  | { readonly kind: 'otherVersion' };

/** After the end of a generation so long for later evidence to come, unless a person has spoken. */
export const REWARD_DELAY_MS = 24 * 3_600_000;

const HOUR_MS = 3_600_000;

/**
 * Joins the choice of a generation's pace with what came of it; nothing where it is too early, or where none was made.
 *
 * A rollback that nobody has confirmed leaves its false-rollback part, and with it all others, unknown: the generation is
 * counted and has no costs. Parts stay apart: what each of them costs is said when a policy learns.
 */
export function joinRewards(generation: RecordedGeneration, cutOffMs: number): JoinedReward {
  const { endedAtMs, end, labels, definition } = generation;
  const label = labelKnownAt(labels, cutOffMs);
  const isSpoken = label?.source === 'operator' || label?.source === 'simulation';
  if (endedAtMs === null || end === undefined || endedAtMs + (isSpoken ? 0 : REWARD_DELAY_MS) > cutOffMs)
    return { kind: 'none' };
  const effective = observationsUntil(generation, cutOffMs).filter(({ record }) => tookEffect(record));
  const made = effective.find(({ record: { decision } }) => decision.choice && decision.advice === undefined)?.record;
  const course = rolloutCourse(
    effective.map(({ observation }) => observation),
    { endedAtMs, end },
  );
  if (made === undefined || course === undefined) return { kind: 'none' };
  const choice = made.decision.choice!;
  if (choice.schema !== RAMP_SCHEMA) return { kind: 'otherVersion' };
  const isKnown = label !== undefined && label.verdict !== 'unknown' && label.confidence > 0;
  const verdict = isKnown ? (label.verdict as 'healthy' | 'regressed') : undefined;
  const about = { runId: runIdOf(generation), rollout: definition.rollout };
  const told = { ...about, end, decisions: effective.length };
  if (verdict === undefined) return { kind: 'joined', generation: { ...told, verdict } };
  const { windowEndMs } = made;
  const factors = factorsOf(course.definition.appetite);
  const rewarded: RewardedChoice = { ...about, windowEndMs, choice, costs: costsOf(course, verdict), factors };
  return { kind: 'joined', generation: { ...told, verdict, choice: rewarded } };
}

/** What was recorded and did not take effect led to nothing; where the store does not say, it is taken to have. */
function tookEffect(record: DecisionRecord & Partial<Pick<ListedDecision, 'wasApplied'>>): boolean {
  return record.wasApplied !== false;
}

function costsOf(course: RolloutCourse, verdict: 'healthy' | 'regressed'): RampCosts {
  const isHealthy = verdict === 'healthy';
  const isTakenBack = course.end === 'rolledBack';
  return {
    harm: isHealthy ? 0 : rolloutHarm(course),
    hours: isHealthy && !isTakenBack ? withoutFullMs(course) / HOUR_MS : 0,
    falseRollback: isHealthy && isTakenBack ? 1 : 0,
    move: raisesIn(course),
    objective: forgoneObjective(course),
  };
}

/** Time until everybody but the holdback had it, and whenever it went back from there, within the horizon. */
function withoutFullMs({ definition, coverages, startedAtMs }: RolloutCourse): number {
  const horizonMs = startedAtMs + HORIZON_MS;
  return coverages.slice(0, -1).reduce((sum, { atMs, coverage }, index) => {
    if (isFull(definition, coverage)) return sum;
    const fromMs = index === 0 ? startedAtMs : atMs;
    return sum + Math.max(0, Math.min(horizonMs, coverages[index + 1]!.atMs) - fromMs);
  }, 0);
}

function raisesIn({ coverages }: RolloutCourse): number {
  return coverages.filter(({ coverage }, index) => coverage > (coverages[index - 1]?.coverage ?? coverage)).length;
}
