import type { ArmWindow } from '../policy.ts';

/** Running sums of one arm; grows in place, because it is touched at every tick. */
export interface ArmSums {
  exposures: number;
  errors: number;
  slow: number;
  conversions: number;
  revenue: number;
  revenueSquares: number;
}

/** Sums before the first window. */
export function noSums(): ArmSums {
  return { exposures: 0, errors: 0, slow: 0, conversions: 0, revenue: 0, revenueSquares: 0 };
}

/** Adds what an arm showed in one window. */
export function addWindow(sums: ArmSums, arm: ArmWindow): void {
  sums.exposures += arm.exposures;
  sums.errors += arm.errors;
  sums.slow += arm.slow;
  sums.conversions += arm.conversions;
  sums.revenue += arm.revenue.sum;
  sums.revenueSquares += arm.revenue.sumOfSquares;
}

/** Adds other sums, or takes them off again with `sign` −1. */
export function addSums(sums: ArmSums, others: ArmSums, sign: 1 | -1 = 1): void {
  sums.exposures += sign * others.exposures;
  sums.errors += sign * others.errors;
  sums.slow += sign * others.slow;
  sums.conversions += sign * others.conversions;
  sums.revenue += sign * others.revenue;
  sums.revenueSquares += sign * others.revenueSquares;
}
