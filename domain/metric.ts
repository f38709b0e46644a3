import type { EffectDistribution } from './effect-distribution.ts';

/** `rate`: events out of exposed units; `duration`: milliseconds, judged by quantiles; `value`: any number, judged by means. */
export type MetricKind = 'rate' | 'duration' | 'value';

/** `guardrail` may force a rollback; `objective` and `diagnostic` are recorded. */
export type MetricRole = 'guardrail' | 'objective' | 'diagnostic';

/**
 * Where a metric comes from in an instrumented application: `error` is a failed request, `latency` the duration of
 * a request, `event` whatever the application tracks under the metric's name.
 */
export type MetricSignal = 'error' | 'latency' | 'event';

/** Where the windows of a metric come from. */
export type MetricSource = ReportedSource | PrometheusSource | OtlpSource;

/** Windows of sufficient statistics that processes report, units de-duplicated: the provider does this. */
export interface ReportedSource {
  readonly kind: 'reports';
}

/**
 * Counters in Prometheus, told apart by a label that holds the variant; requests are counted, not units.
 *
 * Selectors are PromQL instant selectors of raw counters, such as `http_requests_total{flag="checkout"}`: increases are
 * counted exactly, resets included, so no `rate` or `sum` is asked for.
 */
export interface PrometheusSource {
  readonly kind: 'prometheus';
  readonly variantLabel: string;
  /** Of a rate: all requests, and those with the event. */
  readonly exposures?: string;
  readonly events?: string;
  /** Of a duration: the `_bucket` series of a classic histogram. */
  readonly buckets?: string;
  /** Milliseconds per unit of the `le` label; absent: 1000, for Prometheus counts in seconds. */
  readonly bucketUnitMs?: number;
}

/** Metrics pushed over OTLP, told apart by an attribute that holds the variant; requests are counted, not units. */
export interface OtlpSource {
  readonly kind: 'otlp';
  readonly variantAttribute: string;
  /** Of a rate: a counter of all requests (or a histogram, whose count is taken), and one of those with the event. */
  readonly exposures?: OtlpSelector;
  readonly events?: OtlpSelector;
  /** Of a duration: a histogram, explicit or exponential. */
  readonly durations?: OtlpSelector;
  /** Milliseconds per unit of the histogram: 1000 where it is in seconds; absent: what the instrument's unit says. */
  readonly durationUnitMs?: number;
}

/** Data points of one instrument whose attributes have these values. */
export interface OtlpSelector {
  readonly instrument: string;
  readonly where?: Readonly<Record<string, string>>;
}

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
  readonly source: MetricSource;
  /**
   * Variance of this metric's counts as a multiple of what independent events would have, ≥ 1, from history: 1 where
   * each unit counts once, more where one unit's bad day makes many events.
   */
  readonly dispersion: number;
  /** What rollouts before this one make believe about its effect, fixed before it starts; absent: what is shipped. */
  readonly prior?: EffectDistribution;
  /** How a value depends on its covariate, known from before the rollout (CUPED); absent: it is not adjusted. */
  readonly covariate?: { readonly coefficient: number; readonly mean: number };
  /**
   * For so long after each raise people may only be getting used to what is new: harm of a value by up to `upTo`, a share
   * in (0, 1), holds the rollout then, and takes it back only if it lasts; absent: harm is harm at once.
   */
  readonly settling?: { readonly withinMs: number; readonly upTo: number };
}

/** Relative accuracy of a quantile read from the bins of a duration. */
export const DURATION_ACCURACY = 0.01;

/**
 * Growth factor of the bins of a duration, (1 + α)/(1 − α): they are those of a DDSketch with relative accuracy
 * α = `DURATION_ACCURACY` (Masson, Rim and Lee, VLDB 2019, section 2). A constant of the format: sources and
 * controller must agree on it.
 */
export const DURATION_BIN_GROWTH = (1 + DURATION_ACCURACY) / (1 - DURATION_ACCURACY);

/** Longest duration told apart, in ms (one day); longer ones count as this. */
export const MAX_DURATION_MS = 86_400_000;

/**
 * Index of the bin that a duration in ms falls into: bin k counts values in (g^k, g^(k+1)] ms, g being
 * `DURATION_BIN_GROWTH`. Durations below 0.01 ms count as 0.01 ms.
 */
export function durationBinOf(durationMs: number): number {
  const clamped = Math.min(Math.max(durationMs, 0.01), MAX_DURATION_MS);
  return Math.ceil(Math.log(clamped) / Math.log(DURATION_BIN_GROWTH)) - 1;
}

/** Upper edge in ms of a duration bin: nothing in it takes longer. */
export function durationBinUpperMs(bin: number): number {
  return DURATION_BIN_GROWTH ** (bin + 1);
}

/** The duration in ms that stands for all of a bin: off by at most `DURATION_ACCURACY` of any of them. */
export function durationBinMidMs(bin: number): number {
  return (2 * durationBinUpperMs(bin)) / (DURATION_BIN_GROWTH + 1);
}
