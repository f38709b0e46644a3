import { drawQuantity } from './draw-quantity.ts';
import { type KeyedUniform, STREAM } from './keyed-uniforms.ts';
import { quickNormalQuantile } from './quick-normal-quantile.ts';
import type { Quantity, Scenario } from './scenario-schema.ts';

/** What a world's service is usually like, before its series and without the change. */
export interface Service {
  readonly requestsPerMinute: number;
  readonly errorRate: number;
  /** Share of requests slower than the objective. */
  readonly slowRate: number;
  readonly medianMs: number;
  /** Spread of the logarithm of durations. */
  readonly latencySigma: number;
  /** Spread of the logarithm of each arm's own error rate from minute to minute. */
  readonly armNoise: number;
  /** Variance of counts of errors and of slow requests over that of independent ones, ≥ 1. */
  readonly designEffect: number;
  readonly conversionRate: number;
  readonly revenueSigma: number;
  readonly segments: readonly Segment[];
}

/** A part of the traffic. */
export interface Segment {
  readonly name: string;
  /** Of all traffic, in (0, 1); they sum to 1. */
  readonly share: number;
  /** Error rate as a factor on the service's; their mean, weighted by share, is 1. */
  readonly errors: number;
}

/** What applies where a scenario says nothing. */
const USUAL_BASE = {
  requestsPerMinute: { logUniform: [600, 20_000] },
  errorRate: { logUniform: [5e-4, 1e-2] },
  slowRate: { logUniform: [5e-3, 3e-2] },
  medianMs: { logUniform: [40, 400] },
  latencySigma: { uniform: [0.4, 0.8] },
  armNoise: { uniform: [0, 0.05] },
  userCorrelation: { uniform: [0, 0.05] },
  requestsPerUser: { uniform: [1, 20] },
  conversionRate: { uniform: [0.02, 0.2] },
  revenueSigma: { uniform: [0.5, 1] },
  segments: { uniform: [6, 10] },
} as const satisfies Readonly<Record<string, unknown>>;

/** The service of one world. */
export function drawService({ base = {} }: Scenario, uniform: KeyedUniform): Service {
  const names = Object.keys(USUAL_BASE) as (keyof typeof USUAL_BASE)[];
  const drawn = Object.fromEntries(
    names.map((name, index) => [
      name,
      drawQuantity(base[name] ?? (USUAL_BASE[name] as unknown as Quantity), uniform(STREAM.base, 0, index)),
    ]),
  ) as Record<keyof typeof USUAL_BASE, number>;
  const { userCorrelation, requestsPerUser, segments, ...service } = drawn;
  return {
    ...service,
    // Kish 1965, "Survey Sampling": design effect of clusters of a mean size.
    designEffect: 1 + userCorrelation * (requestsPerUser - 1),
    segments: drawSegments(Math.max(1, Math.round(segments)), uniform),
  };
}

/** Zipf's law with this exponent leaves about one per cent of the traffic to the smallest of eight segments. */
const ZIPF_EXPONENT = 2;
const SEGMENT_ERROR_SIGMA = 0.4;

function drawSegments(count: number, uniform: KeyedUniform): readonly Segment[] {
  const weights = Array.from({ length: count }, (_, k) => (k + 1) ** -ZIPF_EXPONENT);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const errors = weights.map((_, k) => Math.exp(SEGMENT_ERROR_SIGMA * quickNormalQuantile(uniform(STREAM.base, 1, k))));
  const mean = weights.reduce((sum, weight, k) => sum + (weight / total) * errors[k]!, 0);
  return weights.map((weight, k) => ({ name: `market=m${k}`, share: weight / total, errors: errors[k]! / mean }));
}
