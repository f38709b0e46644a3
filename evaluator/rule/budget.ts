/** What one evaluation may still cost; see MAX_STEPS. */
export interface Budget {
  stepsLeft: number;
}

/** Whether the budget holds nothing any more; asked before work whose size has yet to be found out. */
export function isSpent(budget: Budget): boolean {
  return budget.stepsLeft < 0;
}

/** Takes steps from the budget; false when it does not hold as many. What cannot be paid for yields null. */
export function spend(budget: Budget, steps: number): boolean {
  budget.stepsLeft -= steps;
  return budget.stepsLeft >= 0;
}
