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
}

/** What one metric of one variant showed in one window. */
export type MetricWindow = RateWindow | DurationWindow | ValueWindow;

/** What one variant showed in one window, under one allocation. */
export interface VariantWindow {
  /** Distinct units active in the window. */
  readonly units: number;
  /** Units among them that were never seen before under this coverage; the sample-ratio test counts these. */
  readonly newUnits: number;
  readonly requests: number;
  readonly metrics: Readonly<Record<string, MetricWindow>>;
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
  readonly variants: Readonly<Record<string, VariantWindow>>;
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
