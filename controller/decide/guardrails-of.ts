import type { MetricDefinition, RolloutDefinition } from '../../domain/index.ts';

/** The metrics of a definition that may force a rollback. */
export function guardrailsOf(definition: RolloutDefinition): readonly MetricDefinition[] {
  return definition.metrics.filter((metric) => metric.role === 'guardrail');
}
