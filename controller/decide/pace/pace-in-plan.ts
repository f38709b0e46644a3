import { type PaceInPlan, type RolloutDefinition, SHARE_TOTAL, type Stage } from '../../../domain/index.ts';
import type { Pace } from '../../../models/index.ts';
import { furthestStage, stageAfter } from '../stage-at.ts';

const HALF = SHARE_TOTAL / 2;

/** What of a plan says how a pace comes out in it. */
export type PacedPlan = Pick<RolloutDefinition, 'stages' | 'shortestDwellMs' | 'burnInMs' | 'maxStepFactor'>;

/** A pace as it comes out in a plan: never below its shortest dwell, nor its burn-in, nor in larger steps than it allows. */
export function paceInPlan(plan: PacedPlan, pace: Pace): PaceInPlan {
  const [below, beyond] = [false, true].map((isBeyond) =>
    plan.stages.filter(({ coverage }) => stageAfter(plan, coverage) && leadsBeyondHalf(plan, coverage) === isBeyond),
  );
  return {
    pace: pace.pace,
    dwellFactor: factorOf(plan, pace, below!),
    halfFactor: factorOf(plan, pace, beyond!),
    skippedStages: pace.skipsStages ? skippedStages(plan) : 0,
  };
}

/** How long a pace stays at a stage, in ms. */
export function paceDwellMs(plan: PacedPlan, pace: Pace, { coverage, dwellMs }: Stage): number {
  const factor = leadsBeyondHalf(plan, coverage) ? pace.halfFactor : pace.dwellFactor;
  if (factor >= 1) return factor * dwellMs;
  const leastMs = Math.max(plan.burnInMs, plan.shortestDwellMs ?? dwellMs);
  return Math.min(dwellMs, Math.max(leastMs, factor * dwellMs));
}

/** The coverage that a pace wants next; one stage is left out below one half only, where most users are still untouched. */
export function paceTarget(plan: PacedPlan, pace: Pace, coverage: number): number {
  const next = stageAfter(plan, coverage)?.coverage ?? coverage;
  const furthest = furthestStage(plan, coverage);
  return pace.skipsStages && furthest <= HALF ? furthest : next;
}

/** Whether the next stage is beyond one half. */
export function leadsBeyondHalf(plan: PacedPlan, coverage: number): boolean {
  return (stageAfter(plan, coverage)?.coverage ?? SHARE_TOTAL) > HALF;
}

function factorOf(plan: PacedPlan, pace: Pace, stages: readonly Stage[]): number {
  const plannedMs = stages.reduce((sum, { dwellMs }) => sum + dwellMs, 0);
  if (plannedMs === 0) return 1;
  return stages.reduce((sum, stage) => sum + paceDwellMs(plan, pace, stage), 0) / plannedMs;
}

/** Stages up to one half, less the stops of somebody who goes as far as may be each time. */
function skippedStages(plan: PacedPlan): number {
  const stages = plan.stages.filter(({ coverage }) => coverage <= HALF);
  const last = stages.at(-1)?.coverage ?? 0;
  let coverage = stages[0]?.coverage ?? last;
  let stops = 1;
  while (coverage < last) {
    const furthest = Math.min(furthestStage(plan, coverage), last);
    const next = stageAfter(plan, coverage)!.coverage;
    coverage = Math.max(next, Math.min(furthest, Math.floor(coverage * plan.maxStepFactor)));
    stops += 1;
  }
  return Math.max(0, stages.length - stops);
}
