import type { ClosedWindow, MetricDefinition } from '../../domain/index.ts';

/** By which rules windows are judged, every default filled in. */
export interface JudgePlan {
  readonly control: string;
  readonly treatments: readonly string[];
  readonly metrics: readonly MetricDefinition[];
  readonly counts: 'requests' | 'units';
  readonly alpha: number;
  readonly nonInferiorityMargin: number;
  readonly burnInMs: number;
  readonly minExposures: number;
  /** Intended shares by variant, integers out of SHARE_TOTAL; null: the sample ratio is not judged. */
  readonly shares: Readonly<Record<string, number>> | null;
}

/** A window of a judgement; none has a coverage, because each compares by its own exposures. */
export type JudgedWindow = Omit<ClosedWindow, 'coverage'>;

/** Which windows Prometheus is asked for. */
export interface WindowsAsked {
  /** Start of the analysis; null: `lookbackMs` ago. */
  readonly fromMs: number | null;
  readonly lookbackMs: number;
  readonly stepMs: number;
  /** Absence of all treatments after which a new analysis begins; null: none does. */
  readonly absenceMs: number | null;
}

/** A plan with its windows, or with where they are to come from. */
export type PlannedJudgement =
  | { readonly plan: JudgePlan; readonly windows: readonly JudgedWindow[] }
  | { readonly plan: JudgePlan; readonly asked: WindowsAsked };
