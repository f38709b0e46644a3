import type { MetricDefinition } from '../../domain/index.ts';
import type { MetricInput } from '../../domain/schema/index.ts';

/** What applies to a metric where a person says nothing. */
export const METRIC_DEFAULTS = {
  /** Largest harmless worsening: of rates and of shares of slow units, and of means, which move less. */
  margin: 0.1,
  valueMargin: 0.01,
  graceMs: 120_000,
  /** Largest worsening that may be people getting used to what is new, where a plan gives them time for it. */
  settlingUpTo: 0.15,
  /** Requests come in bursts: one unit's trouble makes several events. */
  requestDispersion: 4,
} as const;

/** Declares what `errors` and `latency` mean when only their names are given; any other name is an event. */
export function planMetric(input: MetricInput): MetricDefinition {
  const signal =
    input.signal ?? (input.metric === 'errors' ? 'error' : input.metric === 'latency' ? 'latency' : 'event');
  const kind = input.kind ?? (signal === 'latency' ? 'duration' : 'rate');
  const source = input.source ?? { kind: 'reports' };
  return {
    metric: input.metric,
    kind,
    signal,
    role: input.role ?? (signal === 'event' ? 'diagnostic' : 'guardrail'),
    goodDirection: input.goodDirection ?? (signal === 'event' ? 'higher' : 'lower'),
    margin: input.margin ?? (kind === 'value' ? METRIC_DEFAULTS.valueMargin : METRIC_DEFAULTS.margin),
    weight: input.weight ?? 1,
    noData: input.noData ?? 'hold',
    graceMs: input.graceMs ?? METRIC_DEFAULTS.graceMs,
    unit: input.unit ?? (kind === 'duration' ? 'ms' : kind === 'rate' ? 'units' : ''),
    source,
    dispersion: input.dispersion ?? (source.kind === 'reports' ? 1 : METRIC_DEFAULTS.requestDispersion),
    ...(input.covariate === undefined ? {} : { covariate: input.covariate }),
    ...(input.settling === undefined ? {} : { settling: { upTo: METRIC_DEFAULTS.settlingUpTo, ...input.settling } }),
  };
}
