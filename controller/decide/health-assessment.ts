import type { MetricKind } from '../../domain/index.ts';

/** What the evidence means, for people and for the gates; plain JSON. */
export interface HealthAssessment {
  /** End of the newest window counted, ms since 1970; null before the first. */
  readonly throughMs: number | null;
  /** Distinct units seen since coverage last changed, by variant. */
  readonly units: Readonly<Record<string, number>>;
  readonly treatments: readonly TreatmentAssessment[];
  readonly sampleRatio: SampleRatioAssessment;
  /** Guardrails in which control itself is in trouble now. */
  readonly incidents: readonly IncidentAssessment[];
  /** null for a rollout without a risk budget. */
  readonly riskBudget: RiskBudgetAssessment | null;
  /** Objective and diagnostic metrics. */
  readonly observed: readonly ObservedAssessment[];
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
  /** Relative risk of treatment against control; null while neither had an event. */
  readonly effect: EffectAssessment | null;
  /** Probability that the treatment is worse by less than the non-inferiority margin. */
  readonly nonInferiorProbability: number;
  readonly isNonInferior: boolean;
  /** This guardrail by itself; its line is where it would decide alone. */
  readonly evidence: EvidenceLevel;
  /** Sides that have been silent for too long. */
  readonly silentSides: readonly ('treatment' | 'control')[];
  /** For a duration: units slower than this count as events, control's p95; null otherwise. */
  readonly slowAboveMs: number | null;
  /** Counts of burn-in, apart from the others; null where that is not watched. */
  readonly burnIn: { readonly treatment: SideSummary; readonly control: SideSummary } | null;
}

/** One side of a comparison: counts of the windows in which both sides had exposures. */
export interface SideSummary {
  readonly exposures: number;
  readonly events: number;
  /** events / exposures; null without exposures. */
  readonly rate: number | null;
  /** Recent quantiles of a duration; null otherwise. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

/** A relative risk with its 95 % interval, valid however often one looks. */
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
