/** `rate`: events out of exposed units; `duration`: milliseconds, judged by quantiles; `value`: any number, recorded only. */
export type MetricKind = 'rate' | 'duration' | 'value';

/** `guardrail` may force a rollback; `objective` and `diagnostic` are recorded. */
export type MetricRole = 'guardrail' | 'objective' | 'diagnostic';

/**
 * Where a metric comes from in an instrumented application: `error` is a failed request, `latency` the duration of
 * a request, `event` whatever the application tracks under the metric's name.
 */
export type MetricSignal = 'error' | 'latency' | 'event';

/** What silence of a metric means once its grace period is over. */
export type NoDataPolicy = 'hold' | 'fail' | 'ignore';

/** A metric of the user's service, declared once per rollout. */
export interface MetricDefinition {
  readonly metric: string;
  readonly kind: MetricKind;
  readonly signal: MetricSignal;
  readonly role: MetricRole;
  readonly goodDirection: 'lower' | 'higher';
  /** Largest relative worsening that counts as harmless, in [0, 1): 0.1 tolerates up to a tenth worse than control. */
  readonly margin: number;
  /** Share of the evidence among guardrails, > 0; weights are normalised. */
  readonly weight: number;
  readonly noData: NoDataPolicy;
  /** How long after a rollout's start silence is not yet judged, in ms. */
  readonly graceMs: number;
  /** For people: "requests", "ms", "EUR". */
  readonly unit: string;
}

/**
 * Growth factor of the bins of a duration: bin k counts values in (g^k, g^(k+1)] ms, so a quantile read from them
 * is off by at most 5 %. A constant of the format: sources and controller must agree on it.
 */
export const DURATION_BIN_GROWTH = 1.1;

/** Longest duration told apart, in ms (one day); longer ones count as this. */
export const MAX_DURATION_MS = 86_400_000;

/** Index of the bin that a duration in ms falls into; durations below 0.01 ms count as 0.01 ms. */
export function durationBinOf(durationMs: number): number {
  const clamped = Math.min(Math.max(durationMs, 0.01), MAX_DURATION_MS);
  return Math.ceil(Math.log(clamped) / Math.log(DURATION_BIN_GROWTH)) - 1;
}

/** Upper edge in ms of a duration bin. */
export function durationBinUpperMs(bin: number): number {
  return DURATION_BIN_GROWTH ** (bin + 1);
}
