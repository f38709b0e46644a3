import { isAdaptive, type KeptPace, type Rollout } from '../../domain/index.ts';
import { emptyAllocationEvidence } from './allocation/allocation-evidence.ts';
import type { AllocationEvidence } from './allocation/allocation-state.ts';
import { emptyControlEvidence } from './control-evidence.ts';
import { guardrailsOf } from './guardrails-of.ts';
import type { LearnedEvidence } from './learned/learned-evidence.ts';
import { emptyObservedSums, type ObservedSums } from './observed-sums.ts';
import type { ReadingState } from './reading-state.ts';
import { EMPTY_REPORTING, type ReportingEvidence } from './reporting-evidence.ts';
import { EMPTY_ROSTER } from './segments.ts';
import { emptyStageEvidence, type StageEvidence } from './stage-evidence.ts';
import { EMPTY_TRAFFIC, type TrafficEvidence } from './traffic-evidence.ts';
import { emptyTreatmentEvidence, type TreatmentEvidence } from './treatment-evidence.ts';
import type { UsualEvidence } from './usual/usual-evidence.ts';

/** All that is remembered of the windows of one generation; plain JSON of bounded size. */
export interface RolloutEvidence extends ReadingState {
  readonly stage: StageEvidence;
  /** When the present epoch of the evidence began, and at which stage; null before the first window. */
  readonly epoch: { readonly sinceMs: number; readonly stage: number } | null;
  /** When the split was first found to differ from the intended one; it stays found. */
  readonly sampleRatioMismatchAtMs: number | null;
  /** By variant. */
  readonly treatments: Readonly<Record<string, TreatmentEvidence>>;
  /** Traffic of the metric that the risk budget counts; null without a budget. */
  readonly traffic: TrafficEvidence | null;
  /** Objective and diagnostic metrics. */
  readonly observed: ObservedSums;
  readonly reporting: ReportingEvidence;
  /** The pace that this generation keeps; absent until one is chosen. */
  readonly pace?: KeptPace;
  /** How treatments compare; absent where the split is fixed. */
  readonly allocation?: AllocationEvidence;
  /** By variant; absent while learned parts have no say. */
  readonly learned?: Readonly<Record<string, LearnedEvidence>>;
  /** By rate; absent where control stays until the end. */
  readonly usual?: Readonly<Record<string, UsualEvidence>>;
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
    ...(isAdaptive(definition) ? { allocation: emptyAllocationEvidence(definition) } : {}),
  };
}
