import type { Alarms } from './run-rollout.ts';

/** What a run is drawn from. */
export interface RunSeed {
  readonly seed: number;
  /** Number of the run, from 0: same seed and number, same run. */
  readonly run: number;
}

/** A claim about the controller that seeded runs can refute. */
export interface Experiment {
  readonly title: string;
  /** Settings that are tried, by name: each has its own row for every alarm. */
  readonly cells: readonly string[];
  /** Runs of each cell in the full experiment. */
  readonly runs: number;
  /** Plays one run. */
  play(cell: string, seed: RunSeed): Alarms;
  /** The largest (or, for what should ring, least) share that is promised; undefined where nothing is. */
  promise(cell: string, alarm: string): Promised | undefined;
}

/** A bound on the share of runs in which an alarm rings. */
export interface Promised {
  readonly atMost?: number;
  readonly atLeast?: number;
}
