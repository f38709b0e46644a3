import type { JsonObject } from './json.ts';

/** Sufficient statistics of a rate: units at risk, and those among them that had their first event. */
export interface RateWindow {
  readonly kind: 'rate';
  readonly exposures: number;
  readonly events: number;
}

/** Sufficient statistics of a duration: each unit's slowest request, counted in bins of `durationBinOf`. */
export interface DurationWindow {
  readonly kind: 'duration';
  readonly exposures: number;
  /** Bin index (as a decimal string) → units; counts sum to `exposures`. */
  readonly bins: Readonly<Record<string, number>>;
}

/** Sufficient statistics of a value: one number per unit. */
export interface ValueWindow {
  readonly kind: 'value';
  readonly exposures: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  /** Units whose number is not 0; absent: nobody counted them, and as few are assumed as the sums allow. */
  readonly nonZero?: number;
  /** The same units' numbers from before the rollout (CUPED); absent: nothing is known of them. */
  readonly covariate?: Covariate;
}

/** Sums of a covariate X, and of its products with the value Y, over the units of a window. */
export interface Covariate {
  readonly sum: number;
  readonly sumOfSquares: number;
  readonly sumOfProducts: number;
}

/** What one metric of one variant showed in one window. */
export type MetricWindow = RateWindow | DurationWindow | ValueWindow;

/** Windows by metric. */
export type MetricWindows = Readonly<Record<string, MetricWindow>>;

/** What some units of one variant showed in one window. */
export interface VariantPart {
  /** Distinct units active in the window; where only requests can be counted, requests. */
  readonly units: number;
  /** Units among them that were never seen before under this coverage; the sample-ratio test counts these. */
  readonly newUnits: number;
  readonly requests: number;
  readonly metrics: MetricWindows;
  /** The same metrics of parts of the units, by `segmentOf`; absent: none are told apart. */
  readonly segments?: Readonly<Record<string, MetricWindows>>;
}

/** What one variant showed in one window, under one allocation. */
export interface VariantWindow extends VariantPart {
  /** The same by leaf, where leaves are treated apart: an allocation is constant in each of them only. */
  readonly leaves?: Readonly<Record<string, VariantPart>>;
}

/** Name of the segment of the units whose attribute has a value: "country=DE". */
export function segmentOf(attribute: string, value: string): string {
  return `${attribute}=${value}`;
}

/** Most segments that one variant may show in one window; a source sums up what is beyond as `OTHER_SEGMENT_VALUE`. */
export const MAX_SEGMENTS_PER_WINDOW = 40;

/** Value of the segment of all units whose own value is one too many. */
export const OTHER_SEGMENT_VALUE = '(other)';

/** What one source showed in one window. */
export interface SourceWindow {
  /** Reports that were added up: one for each process, as long as all of them are heard. */
  readonly reports: number;
  /** Largest distance of the source's clock from the database's, ms; null when it does not say. */
  readonly clockSkewMs: number | null;
  readonly variants: Readonly<Record<string, VariantWindow>>;
}

/**
 * A closed window of a rollout under one coverage: half-open event time [startMs, endMs).
 *
 * When coverage changes inside a window there is one of these per coverage: an allocation is constant inside each.
 */
export interface ClosedWindow {
  readonly startMs: number;
  readonly endMs: number;
  readonly coverage: number;
  /** By the source's identity: the id of the API key that reported, or the name of a built-in source. */
  readonly sources: Readonly<Record<string, SourceWindow>>;
}

/** One row of a report: a variant's window as one source saw it. */
export interface ReportRow extends VariantWindow {
  readonly rollout: string;
  readonly generation: number;
  readonly coverage: number;
  readonly variant: string;
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * What a source sends. (source, epoch, sequence) identifies a report: sent twice, it counts once.
 * A source that restarts takes a larger epoch and begins its sequence again at 0.
 */
export interface MetricReport {
  readonly source: string;
  readonly epoch: number;
  readonly sequence: number;
  /** The source's clock when it sent the report, ms since 1970; absent: its clock is not checked. */
  readonly sentAtMs?: number;
  readonly rows: readonly ReportRow[];
}

/** What became of a report. */
export interface ReportReceipt {
  readonly isDuplicate: boolean;
  /** Rows whose window was already closed: stored and counted apart, never part of a decision. */
  readonly lateRowCount: number;
}

/** A serialised state; only its owner knows its shape. */
export type StoredState = JsonObject;
