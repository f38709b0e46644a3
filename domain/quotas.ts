/** The most that a tenant may use of a server; null: as much as it likes. */
export interface Quotas {
  /** Requests for evaluations on the server, single or bulk, per second. */
  readonly evaluationsPerSecond: number | null;
  /** Reports and OTLP exports per second. */
  readonly reportsPerSecond: number | null;
  /** All other requests that are no readings, per second. */
  readonly writesPerSecond: number | null;
  /** Streams that are open at the same time, of snapshots, events, OFREP and flagd. */
  readonly streams: number | null;
  /** Rollouts that are running or paused at the same time. */
  readonly rollouts: number | null;
}

/** What a tenant may use that nobody has limited. */
export const NO_QUOTAS: Quotas = {
  evaluationsPerSecond: null,
  reportsPerSecond: null,
  writesPerSecond: null,
  streams: null,
  rollouts: null,
};
