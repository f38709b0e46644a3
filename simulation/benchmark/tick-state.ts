/** Where a rollout stands in a tick. */
export interface TickState {
  readonly tick: number;
  readonly coverage: number;
  /** When coverage was last raised, ms since the start. */
  readonly raisedAtMs: number;
}
