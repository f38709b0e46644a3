/** What the tuner chose for a peer. */
export interface TunedPeer {
  /** Position in the peer's tuning grid, or the settings that it ships. */
  readonly setting: number | 'shipped';
  /** The settings themselves, for readers; a test holds them against the grid. */
  readonly settings: object;
  /** What they came to on the training worlds; others were left out above 2 % false rollbacks, unless all were. */
  readonly loss: number;
  readonly falseRollbacks: number;
}

/** The choice for each peer, by name; written by `npm run bench:tune-peers`. */
export const TUNED_PEERS: Readonly<Record<string, TunedPeer>> = {};
