import type { MetricDefinition, RolloutDefinition } from '../../domain/index.ts';
import { type PriorKind, type PriorLevels, priorFor } from '../../models/index.ts';

/** What a metric's effects are compared with: those of metrics of the same kind in other rollouts. */
export function priorKindOf({ kind, goodDirection }: Pick<MetricDefinition, 'kind' | 'goodDirection'>): PriorKind {
  if (kind === 'duration') return 'slowness';
  return kind === 'value' || goodDirection === 'higher' ? 'business' : 'errors';
}

/**
 * The plan with what earlier rollouts make believe about each guardrail of counts; a first rollout has what is shipped.
 *
 * It is part of the plan, so it cannot change once the rollout has started: a belief that followed the data would void the
 * guarantee. It moves power to the regressions that are expected and never widens α.
 */
export function withBeliefs(definition: RolloutDefinition, levels: PriorLevels): RolloutDefinition {
  if (levels.tenant.rollouts === 0 && levels.global === undefined) return definition;
  const metrics = definition.metrics.map((metric) => {
    if (metric.role !== 'guardrail' || metric.kind === 'value') return metric;
    const { level, effect } = priorFor(levels, priorKindOf(metric));
    return level === 'shipped' ? metric : { ...metric, prior: effect };
  });
  return { ...definition, metrics };
}
