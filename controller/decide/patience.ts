import { allocationAt, intendedShares, SHARE_TOTAL } from '../../domain/index.ts';
import type { Situation } from './observation.ts';

/** A side of the comparison that has fewer units in this stage than a ramp needs. */
export interface SideShortOfUnits {
  readonly variant: string;
  readonly units: number;
  /** Whether it goes on all the same: the stage cannot give what is missing in the time that a person would wait. */
  readonly isExcused: boolean;
}

/** Whether this stage has been inconclusive for as long as a person would wait, and may go on without certainty. */
export function isPatienceOver({ observation }: Situation): boolean {
  const { definition, state } = observation.rollout;
  return definition.onInconclusive === 'proceed' && observation.nowMs >= state.coverageSinceMs + definition.patienceMs;
}

/**
 * Sides with too few units. One is excused when patience is over, or when by the traffic so far it would be over first:
 * where nothing can be learned at a small coverage, waiting there protects nobody. A side without any unit never is.
 */
export function sidesShortOfUnits(situation: Situation): readonly SideShortOfUnits[] {
  const { observation, evidence, assessment } = situation;
  const { definition, state } = observation.rollout;
  const intended = intendedShares(allocationAt(definition, state.coverage, state.admission));
  const total = Object.values(assessment.units).reduce((sum, units) => sum + units, 0);
  const seenMs = Math.max(1, (evidence.newestEndMs ?? 0) - state.coverageSinceMs);
  const isFutile = (share: number) => (total / seenMs) * share * definition.patienceMs < definition.minExposures;
  const sides = [
    ...definition.treatments.map(({ variant }, index) => ({ variant, share: intended.treatments[index]! })),
    { variant: definition.control, share: intended.control },
  ];
  return sides
    .map(({ variant, share }) => ({ variant, share, units: assessment.units[variant]! }))
    .filter(({ share, units }) => share > 0 && units < definition.minExposures)
    .map(({ variant, share, units }) => ({
      variant,
      units,
      isExcused:
        units > 0 &&
        definition.onInconclusive === 'proceed' &&
        (isPatienceOver(situation) || isFutile(share / SHARE_TOTAL)),
    }));
}
