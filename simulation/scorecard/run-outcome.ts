/** What a scenario is: something that should be taken back, something that should get through, or broken telemetry. */
export type ScenarioKind = 'harmful' | 'benign' | 'dataFault';

/** How one rollout ended in one world; the same for the same scenario, seed and policy, to the last bit. */
export interface RunOutcome {
  readonly scenario: string;
  readonly kind: ScenarioKind;
  readonly seed: number;
  readonly policy: string;
  readonly end: 'rolledBack' | 'completed' | 'unfinished';
  /** Ms since the start; null for a rollout that never ended. */
  readonly endedAtMs: number | null;
  /** First treated traffic while the harm acts, ms since the start; null where there was none. */
  readonly harmedSinceMs: number | null;
  /**
   * Since when the run did none of the harm that full coverage went on doing, ms since the start.
   *
   * Null where there was never any, or where it went on until the change itself did no more.
   */
  readonly harmlessSinceMs: number | null;
  /** Excess harm over that of full coverage from the first tick in the same world, ≥ 0; 0 in benign scenarios. */
  readonly harm: number;
  /** The same in the worst segment. */
  readonly segmentHarm: number;
  /** Hours until coverage reached 95 %; null when it never did within the horizon. */
  readonly hoursTo95: number | null;
  /** Hours below 95 % after it had been there, by going back; absent: none. */
  readonly hoursLost?: number;
  readonly steps: number;
  /** Steps down that were no rollback. */
  readonly reversals: number;
  /** When the policy first said that its data cannot be trusted; null when it never did. */
  readonly flaggedAtMs: number | null;
  /** When telemetry broke; null where it did not. */
  readonly faultSinceMs: number | null;
  /** Whether coverage rose, or the rollout was taken back, while telemetry was broken. */
  readonly actedOnFault: boolean;
}
