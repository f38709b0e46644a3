import type { ClosedWindow, Rollout } from '../domain/index.ts';
import { seededDraws } from './draws.ts';
import { DIURNAL } from './rhythm.ts';
import { aSimulatedRollout, guardrailOf, START_MS } from './rollouts.ts';
import { NO_EFFECT, openWorld, type WorldMetric } from './world.ts';

const METRICS: readonly WorldMetric[] = ['errors', 'timeouts', 'requests', 'latency', 'purchases', 'revenue'];
const DISPERSION = 4;
const COVERAGE = 20_000;

/** Windows in a row at a fifth of the traffic, and the rollout of six guardrails that they belong to. */
export function simulatedWindows({
  unitsPerMinute,
  windowMs,
  count,
  seed,
}: {
  readonly unitsPerMinute: number;
  readonly windowMs: number;
  readonly count: number;
  readonly seed: number;
}): { readonly rollout: Rollout; readonly windows: readonly ClosedWindow[] } {
  const { definition, state } = aSimulatedRollout({
    windowMs,
    metrics: METRICS.map((metric) => guardrailOf(metric, DISPERSION)),
  });
  const world = { unitsPerMinute, windowMs, metrics: METRICS, rhythm: DIURNAL, treatment: NO_EFFECT };
  const draw = openWorld({ ...world, dispersion: DISPERSION, countries: 0 }, seededDraws(seed, 0));
  return {
    rollout: { definition, state: { ...state, coverage: COVERAGE } },
    windows: Array.from({ length: count }, (_, index) =>
      draw({ startMs: START_MS + index * windowMs, minute: (index * windowMs) / 60_000, coverage: COVERAGE }),
    ),
  };
}
