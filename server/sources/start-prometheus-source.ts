import type { FastifyBaseLogger } from 'fastify';
import { PROMETHEUS_IDENTITY, SOURCE_FAULTS } from '../../controller/index.ts';
import type { Configuration } from '../configuration.ts';
import type { Dependencies } from '../http/dependencies.ts';
import { startPrometheusLoop } from './prometheus-loop.ts';

/** Starts to ask the configured Prometheus, telling telemetry and the log what comes of it; the result ends it. */
export function startPrometheusSource(
  prometheus: Configuration['prometheus'] | null,
  { storage, publisher, clock, telemetry }: Pick<Dependencies, 'storage' | 'publisher' | 'clock' | 'telemetry'>,
  log: FastifyBaseLogger,
  onError: (error: unknown) => void,
): () => Promise<void> {
  return startPrometheusLoop({
    storage,
    clock,
    random: Math.random,
    listRollouts: () => publisher.rollouts(),
    access: prometheus ?? null,
    lagMs: prometheus?.lagMs ?? 0,
    listener: {
      onReport: (scope, { isDuplicate, lateRowCount }) =>
        telemetry.countReport(scope, isDuplicate ? 'duplicate' : 'accepted', lateRowCount),
      onFault: (name, { reason, detail }, isNews) => {
        telemetry.countSourceError(PROMETHEUS_IDENTITY, reason);
        if (isNews) log.warn({ ...name, reason, detail }, `metrics from Prometheus: ${SOURCE_FAULTS[reason]}`);
      },
      onError,
    },
  });
}
