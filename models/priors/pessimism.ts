/** How much more careful than its prior a rollout is. */
export interface Pessimism {
  /** Factor on the scale of expected effects. */
  readonly sdFactor: number;
  /** Factor on the probability of harm. */
  readonly harmFactor: number;
  /** Largest factor of one step of coverage. */
  readonly largestStepFactor: number;
}

const FIRST_ROLLOUTS = 5;

const CAREFUL: Pessimism = { sdFactor: 1.5, harmFactor: 2, largestStepFactor: 2 };
const USUAL: Pessimism = { sdFactor: 1, harmFactor: 1, largestStepFactor: 4 };

/** A tenant's first five rollouts are watched as if its changes were wilder than others'. */
export function pessimismOf(finishedRollouts: number): Pessimism {
  return finishedRollouts < FIRST_ROLLOUTS ? CAREFUL : USUAL;
}
