import type { Allocation } from '../../domain/index.ts';

/** What one arm showed in one window, as telemetry delivered it. */
export interface ArmWindow {
  /** Requests, or units where the world counts units. */
  readonly exposures: number;
  readonly errors: number;
  /** Those slower than the service's objective. */
  readonly slow: number;
  /** Counts by `durationBinOf`. */
  readonly durations: Readonly<Record<string, number>>;
  /** Those that bought something, and what they spent. */
  readonly conversions: number;
  readonly revenue: { readonly sum: number; readonly sumOfSquares: number };
}

/** Both arms in one window under one coverage. */
export interface PolicyWindow {
  /** Ms since the rollout's start. */
  readonly startMs: number;
  readonly endMs: number;
  readonly coverage: Allocation['coverage'];
  readonly treatment: ArmWindow;
  readonly control: ArmWindow;
  /** Exposures and errors by segment. */
  readonly segments: Readonly<Record<string, Readonly<Record<'treatment' | 'control', SegmentCounts>>>>;
}

/** Counts of one arm in one segment. */
export interface SegmentCounts {
  readonly exposures: number;
  readonly errors: number;
}

/** What a policy may look at: nothing of the world but what its metrics say. */
export interface PolicyView {
  /** Ms since the rollout's start. */
  readonly nowMs: number;
  readonly coverage: number;
  readonly coverageSinceMs: number;
  /** Windows that arrived since the step before, by start; late and repeated ones come as telemetry delivers them. */
  readonly windows: readonly PolicyWindow[];
}

/** What a policy wants. `isDataFlagged`: it says that its data cannot be trusted. */
export interface PolicyMove {
  readonly action: 'hold' | 'move' | 'rollback' | 'complete';
  /** Wanted coverage of a `move`, out of SHARE_TOTAL. */
  readonly coverage?: number;
  readonly reason: string;
  readonly isDataFlagged?: boolean;
  /** All that is behind the move; asked for only by who traces a run. */
  readonly tell?: () => Told;
}

/** What a policy can say about a move beyond its reason. */
export interface Told {
  /** The deciding one first. */
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
  readonly verdicts: readonly ToldVerdict[];
}

/** Evidence of harm in one metric as log10, and the line that it must not pass; a verdict where there is one. */
export interface ToldVerdict {
  readonly metric: string;
  readonly verdict: 'pass' | 'fail' | 'inconclusive' | 'noData' | null;
  readonly log10: number;
  readonly lineLog10: number;
}

/** One rollout in the hands of a policy; called at every tick of the world until it ends the rollout. */
export interface PolicyRun {
  step(view: PolicyView): PolicyMove;
}

/** A rule for rolling out. */
export interface Policy {
  /** Unique on a score card, such as "flagger/shipped". */
  readonly name: string;
  readonly family: 'ours' | 'peer' | 'frame';
  /** As its makers ship it, or with the settings that suit it best. */
  readonly setting: 'shipped' | 'tuned';
  /** Coverage at the start, out of SHARE_TOTAL. */
  readonly firstCoverage: number;
  /** The state of a new rollout; `seed` is for policies that draw. */
  start(seed: number): PolicyRun;
}
