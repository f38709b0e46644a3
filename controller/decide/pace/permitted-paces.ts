import type { PaceInPlan } from '../../../domain/index.ts';
import { PACES, type Pace } from '../../../models/index.ts';
import { type PacedPlan, paceInPlan } from './pace-in-plan.ts';

/**
 * The paces that a plan permits, its own first: slower ones always, quicker ones where it names a shortest dwell. Those that come
 * out the same in this plan are one.
 */
export function permittedPaces(plan: PacedPlan): readonly PaceInPlan[] {
  const paces = PACES.filter((pace) => !isQuicker(pace) || plan.shortestDwellMs !== undefined).map((pace) =>
    paceInPlan(plan, pace),
  );
  return paces.filter((pace, index) => paces.findIndex((other) => isSame(pace, other)) === index);
}

function isQuicker({ dwellFactor, halfFactor, skipsStages }: Pace): boolean {
  return dwellFactor < 1 || halfFactor < 1 || skipsStages;
}

function isSame(one: PaceInPlan, other: PaceInPlan): boolean {
  return (
    one.dwellFactor === other.dwellFactor &&
    one.halfFactor === other.halfFactor &&
    one.skippedStages === other.skippedStages
  );
}
