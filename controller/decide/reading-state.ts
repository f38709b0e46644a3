import type { ControlEvidence } from './control-evidence.ts';
import type { SegmentRoster } from './segments.ts';

/** The part of the evidence that says how the next window is to be read. */
export interface ReadingState {
  /** Start and end of the newest window counted; null before the first. */
  readonly newestStartMs: number | null;
  readonly newestEndMs: number | null;
  /** Control's own history, by guardrail. */
  readonly controls: Readonly<Record<string, ControlEvidence>>;
  /** Sources that are told apart, in the order of their first window. */
  readonly sources: readonly string[];
  readonly segments: SegmentRoster;
  /** Sources that were left out when the peaks were taken; others mean that the peaks are taken anew. */
  readonly excluded: readonly string[];
}
