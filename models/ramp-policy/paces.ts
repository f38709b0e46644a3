import type { PaceName } from '../../domain/index.ts';

/** A fixed way of going through any plan; the limits of the plan come first. */
export interface Pace {
  readonly pace: PaceName;
  /** Multiple of the planned dwell at stages up to one half, and at those that lead beyond it. */
  readonly dwellFactor: number;
  readonly halfFactor: number;
  /** Whether one stage of two is left out below one half. */
  readonly skipsStages: boolean;
}

/** The paces that a policy chooses from: the plan's own first, then from slow to quick. */
export const PACES: readonly Pace[] = [
  { pace: 'asPlanned', dwellFactor: 1, halfFactor: 1, skipsStages: false },
  { pace: 'veryCautious', dwellFactor: 1.5, halfFactor: 6, skipsStages: false },
  { pace: 'cautious', dwellFactor: 1.2, halfFactor: 3, skipsStages: false },
  { pace: 'fast', dwellFactor: 0.75, halfFactor: 0.75, skipsStages: false },
  { pace: 'aggressive', dwellFactor: 0.5, halfFactor: 0.5, skipsStages: true },
];

/** The pace of a name; one that is unknown here, as of another version, is the plan's own. */
export function paceCalled(name: string): Pace {
  return PACES.find(({ pace }) => pace === name) ?? PACES[0]!;
}
