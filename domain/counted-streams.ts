import type { ReportRow, StoredState } from './metric-window.ts';
import type { Rollout } from './rollout.ts';

/** What is known, in one transaction, before counts of streams are taken in. */
export interface HeldStreams {
  /** Of those streams that have been heard before, by name. */
  readonly states: ReadonlyMap<string, StoredState>;
  /** The rollouts asked for that exist. */
  readonly rollouts: readonly Rollout[];
  /** The database's clock. */
  readonly nowMs: number;
}

/** What streams are afterwards, and what they have added to windows. */
export interface CountedStreams {
  /** By name; those that changed, and any others. */
  readonly states: ReadonlyMap<string, StoredState>;
  /** Rows of rollouts that were held, in windows of their grid. */
  readonly rows: readonly ReportRow[];
}

/** Which streams and rollouts a count needs to know, and the pure function that counts. */
export interface StreamCount<Counts extends CountedStreams> {
  /** The identity under which it counts: the id of the key that sent the streams. Streams of others are not seen. */
  readonly origin: string;
  readonly streams: readonly string[];
  readonly rollouts: readonly string[];
  readonly count: (held: HeldStreams) => Counts;
}
