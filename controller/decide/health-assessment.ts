import type { DecisionAction, KeptPace, MetricKind, Reason, ReasonCode } from '../../domain/index.ts';
import type { AllocationAssessment } from './allocation/allocation-assessment.ts';
import type { LearnedAssessment } from './learned/learned-assessment.ts';
import type { Settling } from './settling.ts';
import type { UsualAssessment } from './usual/usual-assessment.ts';

/** What the evidence means, for people and for the gates; plain JSON. */
export interface HealthAssessment {
  /** End of the newest window counted, ms since 1970; null before the first. */
  readonly throughMs: number | null;
  /** Distinct units seen since coverage last changed, by variant. */
  readonly units: Readonly<Record<string, number>>;
  readonly treatments: readonly TreatmentAssessment[];
  /** Treatments that were taken out: no gate looks at them any more; absent: none. */
  readonly withdrawn?: readonly TreatmentAssessment[];
  /** Absent where the split is fixed. */
  readonly allocation?: AllocationAssessment;
  readonly sampleRatio: SampleRatioAssessment;
  readonly reporting: ReportingAssessment;
  /** Guardrails in which control itself is in trouble now. */
  readonly incidents: readonly IncidentAssessment[];
  /** null for a rollout without a risk budget. */
  readonly riskBudget: RiskBudgetAssessment | null;
  /** Objective and diagnostic metrics. */
  readonly observed: readonly ObservedAssessment[];
  /** What learned parts make of each treatment; absent where they have no say. */
  readonly learned?: readonly LearnedAssessment[];
  /** Each rate against its past; absent where a control is left to compare with. */
  readonly usual?: readonly UsualAssessment[];
}

/** The same of a rollout in progress, with what might be done now and what the hand-written limits say of it. */
export interface RolloutAssessment extends HealthAssessment {
  readonly envelope: EnvelopeAssessment;
  /** The pace that was chosen for this generation; absent: none, or not yet. */
  readonly pace?: KeptPace;
}

/** The permitted actions, and why others are not. */
export interface EnvelopeAssessment {
  /** Everything that refuses at least one action, each with what would release it. */
  readonly reasons: readonly Reason[];
  /** Hold first, then by coverage. */
  readonly actions: readonly ActionAssessment[];
  /** Coverage that the schedule alone would go to now; the present one where it would hold. */
  readonly scheduledCoverage: number;
}

/** One action that might be taken now. */
export interface ActionAssessment {
  readonly action: DecisionAction;
  /** Coverage after it. */
  readonly coverage: number;
  readonly isPermitted: boolean;
  /** Codes of the reasons that refuse it. */
  readonly refusedBy: readonly ReasonCode[];
}

/** An e-value on the scale that people see: 2 means that the data are a hundred times likelier under harm. */
export interface EvidenceLevel {
  readonly log10: number;
  /** The line that it must not pass. */
  readonly lineLog10: number;
}

/** `fail`: worse than the margin; `pass`: shown not to be inferior; `noData`: silent or not seen yet. */
export type Verdict = 'pass' | 'fail' | 'inconclusive' | 'noData';

/** One treatment against control. */
export interface TreatmentAssessment {
  readonly treatment: string;
  /** All guardrails together at their highest so far: past its line, the rollout is taken back. */
  readonly combined: EvidenceLevel;
  /** The same after the newest window, as log10. */
  readonly nowLog10: number;
  /** The same over the present epoch alone. */
  readonly presentLog10: number;
  /** The coarse watch over burn-in, at its highest so far. */
  readonly burnIn: EvidenceLevel;
  readonly guardrails: readonly GuardrailAssessment[];
}

/** One guardrail of one treatment against control. */
export interface GuardrailAssessment {
  readonly metric: string;
  readonly kind: MetricKind;
  readonly verdict: Verdict;
  readonly treatment: SideSummary;
  readonly control: SideSummary;
  /** Relative risk, or ratio of means, of treatment against control; null while nothing is known of it. */
  readonly effect: EffectAssessment | null;
  /** The same as a log ratio, or a relative difference of means, for what later rollouts believe; null while the data set no limit. */
  readonly estimate: { readonly effect: number; readonly standardError: number } | null;
  /** Probability that the treatment is worse by less than the non-inferiority margin. */
  readonly nonInferiorProbability: number;
  readonly isNonInferior: boolean;
  /** This guardrail by itself; its line is where it would decide alone. */
  readonly evidence: EvidenceLevel;
  /** What is to be made of its harm soon after a raise; null for a metric that does not settle. */
  readonly settling: Settling | null;
  /** Sides that have been silent for too long. */
  readonly silentSides: readonly ('treatment' | 'control')[];
  /** For a duration: units slower than this count as events, control's p95; null otherwise. */
  readonly slowAboveMs: number | null;
  /** The data make harm no likelier than it was before them: what may go on where nothing more can be learned. */
  readonly isUnsuspected: boolean;
  /** Counts of burn-in, apart from the others; null where that is not watched. */
  readonly burnIn: { readonly treatment: SideSummary; readonly control: SideSummary } | null;
  /** How much more data a verdict needs; null while that cannot be told. */
  readonly need: NeedAssessment | null;
  /** Parts of the traffic that are watched by themselves too. */
  readonly segments: readonly SegmentAssessment[];
  /** Until when a person has it ignored, ms since 1970; absent: it counts. */
  readonly overriddenUntilMs?: number;
}

/** Expected further exposures, both sides together, at the present split; null: never. */
export interface NeedAssessment {
  /** Until this guardrail alone would speak of harm, if the effect is what is now most likely. */
  readonly toHarm: number | null;
  /** Until harm beyond the non-inferiority margin is excluded, if there is none. */
  readonly toSafety: number | null;
  /** Exposures of both sides since the start, per hour. */
  readonly exposuresPerHour: number;
}

/** One guardrail in one part of the traffic. */
export interface SegmentAssessment {
  /** "country=DE". */
  readonly segment: string;
  readonly treatment: SideSummary;
  readonly control: SideSummary;
  /** Events of the treatment over those that control's rate would give; null while none are expected. */
  readonly ratio: number | null;
  /** Evidence that the treatment is much worse here; it counts as a small part of the guardrail's. */
  readonly log10: number;
}

/** One side of a comparison: counts of the windows in which both sides had exposures; of a value, events are units that are not 0. */
export interface SideSummary {
  readonly exposures: number;
  readonly events: number;
  /** events / exposures; null without exposures. */
  readonly rate: number | null;
  /** Recent quantiles of a duration; null otherwise. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  /** 95 % interval of the recent p95; `upperMs` is null where the data set no limit. */
  readonly p95IntervalMs: { readonly lowerMs: number; readonly upperMs: number | null } | null;
  /** Mean of a value, over all units; null otherwise. */
  readonly mean: number | null;
}

/** A relative risk, or a ratio of means, with its 95 % interval, valid however often one looks. */
export interface EffectAssessment {
  readonly ratio: number;
  readonly lower: number;
  readonly upper: number;
}

/** Observed split against the intended one, at this coverage. */
export interface SampleRatioAssessment extends EvidenceLevel {
  /** When a mismatch was first found, ms since 1970; it stays found. */
  readonly mismatchAtMs: number | null;
}

/** Whether all that should report does, in time and by the right clock. */
export interface ReportingAssessment {
  /** Share of the usual reports that are missing in the newest windows, in [0, 1]. */
  readonly missingShare: number;
  /** Share of the newest windows' reports that came too late to count, in [0, 1]. */
  readonly lateShare: number;
  /** The clock that is furthest off; null when no source tells its time. */
  readonly clockSkew: { readonly source: string; readonly ms: number } | null;
  /** Sources that do not count. */
  readonly quarantined: readonly string[];
}

/** Trouble in control: it has nothing to do with this rollout. */
export interface IncidentAssessment {
  readonly metric: string;
  readonly sinceMs: number;
  /** Control's rate in the newest windows, and what is usual for it. */
  readonly newestRate: number;
  readonly usualRate: number;
}

/** What is left of the harm that the user is willing to pay. */
export interface RiskBudgetAssessment {
  readonly metric: string;
  readonly badEvents: number;
  readonly spent: number;
  readonly left: number;
  /** Largest coverage that the rest of the budget allows during the next stage; null at the last stage. */
  readonly permittedCoverage: number | null;
}

/** Totals of a metric that no gate looks at. */
export interface ObservedAssessment {
  readonly metric: string;
  readonly kind: MetricKind;
  readonly variants: readonly ObservedVariant[];
}

/** One variant's totals: `mean` of a value, share of a rate with an event, median of a duration in ms. */
export interface ObservedVariant {
  readonly variant: string;
  readonly exposures: number;
  readonly mean: number | null;
}
