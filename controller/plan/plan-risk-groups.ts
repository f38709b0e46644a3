import type { MetricDefinition, RiskGroups } from '../../domain/index.ts';

/** The name that a rate of slow answers goes by, where durations themselves are not measured. */
const SLOW_RATE = 'slow';

/**
 * Which guardrails the risk model sees as errors, slow answers and business: of each kind the first that is declared.
 *
 * It is part of the plan because a metric that changed its meaning during a rollout would look like a change of the service.
 */
export function planRiskGroups(metrics: readonly MetricDefinition[]): RiskGroups {
  const guardrails = metrics.filter(({ role }) => role === 'guardrail');
  const first = (isMeant: (metric: MetricDefinition) => boolean) => guardrails.find(isMeant)?.metric ?? null;
  return {
    errors: first(
      ({ kind, signal, goodDirection }) => kind === 'rate' && signal === 'error' && goodDirection === 'lower',
    ),
    slow: first(({ kind }) => kind === 'duration') ?? first(isSlowRate),
    business: first(({ kind, goodDirection }) => kind === 'value' || goodDirection === 'higher'),
  };
}

function isSlowRate({ metric, kind, goodDirection }: MetricDefinition): boolean {
  return metric === SLOW_RATE && kind === 'rate' && goodDirection === 'lower';
}
