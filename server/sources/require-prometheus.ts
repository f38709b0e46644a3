import { Problem, type RolloutDefinition, type Violation } from '../../domain/index.ts';

/** Refuses metrics from Prometheus where none is configured, instead of a rollout that would hold for ever: Problem `invalidRollout`. */
export function requirePrometheus({ rollout, metrics }: RolloutDefinition, hasPrometheus: boolean): void {
  if (hasPrometheus) return;
  const message = 'this server is not told of a Prometheus: set RAMPWRIGHT_PROMETHEUS_URL and start it again';
  const violations = metrics.flatMap(({ source }, index): Violation[] =>
    source.kind === 'prometheus' ? [{ path: `/metrics/${index}/source`, message }] : [],
  );
  if (violations.length > 0)
    throw new Problem('invalidRollout', `rollout "${rollout}" needs Prometheus: ${message}`, violations);
}
