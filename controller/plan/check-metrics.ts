import type { MetricDefinition, Violation } from '../../domain/index.ts';

/** What keeps metrics from being judged together, wherever they come from; paths begin with `/metrics`. */
export function checkMetrics(metrics: readonly MetricDefinition[]): readonly Violation[] {
  const seen = new Set<string>();
  const violations: Violation[] = [];
  metrics.forEach((metric, index) => {
    const at = (field: string, message: string) => violations.push({ path: `/metrics/${index}/${field}`, message });
    if (seen.has(metric.metric)) at('metric', `"${metric.metric}" is declared twice`);
    seen.add(metric.metric);
    if (metric.signal === 'error' && metric.kind !== 'rate') at('kind', 'the signal "error" is a rate');
    if (metric.signal === 'latency' && metric.kind !== 'duration') at('kind', 'the signal "latency" is a duration');
    if (metric.signal === 'event' && metric.kind === 'duration') at('kind', 'an event is a rate or a value');
    if (metric.kind === 'duration' && metric.goodDirection !== 'lower')
      at('goodDirection', 'a duration is better when lower');
    if (metric.covariate !== undefined && metric.kind !== 'value')
      at('covariate', 'only a value is adjusted by a covariate');
    if (metric.settling !== undefined && metric.kind !== 'value')
      at('settling', 'only a value settles: declare what people do as a value, or leave it out');
    if (metric.settling !== undefined && metric.settling.upTo <= metric.margin)
      at('settling/upTo', `has to be above the margin, ${metric.margin}: less than that is no harm at all`);
  });
  if (!metrics.some((metric) => metric.role === 'guardrail')) {
    violations.push({
      path: '/metrics',
      message: 'at least one guardrail is needed, or nothing could stop the rollout',
    });
  }
  return violations;
}
