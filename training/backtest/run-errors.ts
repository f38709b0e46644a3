import { type BootstrapInterval, type BootstrapOptions, clusterBootstrap, clustersBy } from '../../models/index.ts';
import { addTallies, rateOf, type Tally } from './tally.ts';

/** One replayed or simulated run of a rollout, and what the part under test did. */
export interface BacktestRun {
  /** Runs that are not independent, such as those of one world, have the same. */
  readonly cluster: string;
  readonly isHarmful: boolean;
  readonly isRolledBack: boolean;
  /** From the first effective exposure to harm until the rollback; of caught harmful runs only. */
  readonly delayMinutes?: number;
}

/** A figure with its interval. */
export interface Estimated extends BootstrapInterval {
  readonly value: number;
}

/** Errors by run, not by point: what a user meets. */
export interface RunErrors {
  /** Share of benign runs that were rolled back. */
  readonly falseRollback: Estimated;
  /** Share of harmful runs that were not. */
  readonly miss: Estimated;
  readonly delayMedian: Estimated;
  readonly delayP90: Estimated;
}

/** False rollbacks, misses and delays with cluster bootstrap intervals; NaN where there is no run to count. */
export function runErrors(runs: readonly BacktestRun[], options: BootstrapOptions): RunErrors {
  const clusters = clustersBy(runs, ({ cluster }) => cluster);
  const rate = (figure: (run: BacktestRun) => Tally): Estimated => {
    const tallies = clusters.map((cluster) => [addTallies(cluster.map(figure))]);
    const statistic = (some: readonly Tally[]) => rateOf(addTallies(some));
    return { value: statistic(tallies.flat()), ...clusterBootstrap(tallies, statistic, options) };
  };
  const delay = (share: number): Estimated => {
    const delays = clusters.map(delaysOf);
    const statistic = (some: readonly number[]) => upperQuantile(some, share);
    return { value: statistic(delays.flat()), ...clusterBootstrap(delays, statistic, options) };
  };
  return {
    falseRollback: rate(falseRollbackTally),
    miss: rate(missTally),
    delayMedian: delay(0.5),
    delayP90: delay(0.9),
  };
}

/** A benign run counts, and is an error if it was rolled back. */
export function falseRollbackTally({ isHarmful, isRolledBack }: BacktestRun): Tally {
  return { sum: Number(!isHarmful && isRolledBack), count: Number(!isHarmful) };
}

/** A harmful run counts, and is an error if it was not rolled back. */
export function missTally({ isHarmful, isRolledBack }: BacktestRun): Tally {
  return { sum: Number(isHarmful && !isRolledBack), count: Number(isHarmful) };
}

function delaysOf(runs: readonly BacktestRun[]): readonly number[] {
  return runs
    .filter(({ isHarmful, isRolledBack }) => isHarmful && isRolledBack)
    .flatMap(({ delayMinutes }) => delayMinutes ?? []);
}

/** The smallest value that this share of all does not exceed; NaN of nothing. */
function upperQuantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}
