import type { Rollout } from '../../domain/index.ts';
import { type ControlEvidence, emptyControlEvidence } from './control-evidence.ts';
import { guardrailsOf } from './guardrails-of.ts';
import type { LearnedEvidence } from './learned/learned-evidence.ts';
import { emptyObservedSums, type ObservedSums } from './observed-sums.ts';
import { EMPTY_REPORTING, type ReportingEvidence } from './reporting-evidence.ts';
import { EMPTY_ROSTER, type SegmentRoster } from './segments.ts';
import { emptyStageEvidence, type StageEvidence } from './stage-evidence.ts';
import { EMPTY_TRAFFIC, type TrafficEvidence } from './traffic-evidence.ts';
import { emptyTreatmentEvidence, type TreatmentEvidence } from './treatment-evidence.ts';

/** All that is remembered of the windows of one generation; plain JSON of bounded size. */
export interface RolloutEvidence {
  /** Start and end of the newest window counted; null before the first. */
  readonly newestStartMs: number | null;
  readonly newestEndMs: number | null;
  readonly stage: StageEvidence;
  /** When the present epoch of the evidence began, and at which stage; null before the first window. */
  readonly epoch: { readonly sinceMs: number; readonly stage: number } | null;
  /** When the split was first found to differ from the intended one; it stays found. */
  readonly sampleRatioMismatchAtMs: number | null;
  /** Control's own history, by guardrail. */
  readonly controls: Readonly<Record<string, ControlEvidence>>;
  /** By variant. */
  readonly treatments: Readonly<Record<string, TreatmentEvidence>>;
  /** Traffic of the metric that the risk budget counts; null without a budget. */
  readonly traffic: TrafficEvidence | null;
  /** Objective and diagnostic metrics. */
  readonly observed: ObservedSums;
  /** Sources that are told apart, in the order of their first window. */
  readonly sources: readonly string[];
  readonly segments: SegmentRoster;
  readonly reporting: ReportingEvidence;
  /** Sources that were left out when the peaks were taken; others mean that the peaks are taken anew. */
  readonly excluded: readonly string[];
  /** By variant; absent while learned parts have no say. */
  readonly learned?: Readonly<Record<string, LearnedEvidence>>;
}

/** The state before the first window of a generation. */
export function emptyEvidence({ definition, state }: Rollout): RolloutEvidence {
  const metrics = guardrailsOf(definition);
  return {
    newestStartMs: null,
    newestEndMs: null,
    stage: emptyStageEvidence(definition, state, 1),
    epoch: null,
    sampleRatioMismatchAtMs: null,
    controls: Object.fromEntries(metrics.map(({ metric }) => [metric, emptyControlEvidence()])),
    treatments: Object.fromEntries(
      definition.treatments.map(({ variant }) => [variant, emptyTreatmentEvidence(metrics)]),
    ),
    traffic: definition.riskBudget === null ? null : EMPTY_TRAFFIC,
    observed: emptyObservedSums(definition),
    sources: [],
    segments: EMPTY_ROSTER,
    reporting: EMPTY_REPORTING,
    excluded: [],
  };
}
