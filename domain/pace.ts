/** A pace that a rollout may keep; `asPlanned` is the plan's own, the others are relative to it. */
export type PaceName = 'asPlanned' | 'veryCautious' | 'cautious' | 'fast' | 'aggressive';

/** The pace that a generation keeps until its end, whatever is learned meanwhile. */
export interface KeptPace {
  readonly pace: PaceName;
  /** Id of the policy that chose it; null: none could be asked. */
  readonly policy: string | null;
  /** When it was chosen, ms since 1970. */
  readonly sinceMs: number;
}

/** A pace as it comes out in one plan, inside the limits of that plan. */
export interface PaceInPlan {
  readonly pace: PaceName;
  /** Time at the stages up to one half as a multiple of what is planned, and the same at those that lead beyond it. */
  readonly dwellFactor: number;
  readonly halfFactor: number;
  /** Stages that are not stopped at. */
  readonly skippedStages: number;
}
