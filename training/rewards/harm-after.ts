import type { ClosedWindow, MetricDefinition } from '../../domain/index.ts';
import { contrastIn, type RolloutCourse } from './rollout-course.ts';
import { shrunk } from './shrunk.ts';

/** Harm is told as a share of what full coverage would have done in so long. */
export const HORIZON_MS = 12 * 3_600_000;

/** What a unit gone wrong counts, by the kind of metric: as in the decision benchmark. */
const WEIGHTS: Readonly<Record<MetricDefinition['kind'], number>> = { rate: 1, duration: 0.3, value: 1 };

/**
 * Harm of a rollout that regressed, after a moment, as a share of that of full coverage over twelve hours, in [0, 1].
 *
 * Excess of bad events over control, window by window and shrunk by its own noise, over the same rate of excess for everybody.
 * Where the windows show no excess at all, as where a person knew better, every treated unit counts alike.
 */
export function harmAfter(course: RolloutCourse): (sinceMs: number) => number {
  const parts = course.windows.map((window) => ({ startMs: window.startMs, ...partOf(course, window) }));
  const all = sumOf(parts);
  const seenMs = new Set(parts.map(({ startMs }) => startMs)).size * course.definition.windowMs;
  // Units that would be treated within the horizon if everybody were.
  const everybody = seenMs === 0 ? 0 : (all.units / seenMs) * HORIZON_MS;
  const total = shrunk(all);
  return (sinceMs) => {
    const after = sumOf(parts.filter(({ startMs }) => startMs >= sinceMs));
    if (everybody === 0 || all.treated === 0) return 0;
    const share = total > 0 ? Math.max(0, shrunk(after)) / total : after.treated / all.treated;
    return Math.min(1, Math.min(1, share) * (all.treated / everybody));
  };
}

interface HarmPart {
  readonly excess: number;
  readonly variance: number;
  readonly treated: number;
  readonly units: number;
}

function partOf(course: RolloutCourse, window: ClosedWindow): HarmPart {
  const { definition, compared } = course;
  const guardrails = definition.metrics.filter(({ role }) => role === 'guardrail');
  const contrasts = guardrails.flatMap((metric) => {
    const contrast = contrastIn(course, window, metric);
    const weight = WEIGHTS[metric.kind];
    return contrast === undefined
      ? []
      : [{ excess: weight * contrast.excess, variance: weight ** 2 * contrast.variance }];
  });
  const unitsOf = (variants: readonly string[]) =>
    Object.entries(window.sources)
      .filter(([source]) => !compared.excluded.includes(source))
      .reduce(
        (sum, [, { variants: shown }]) => sum + variants.reduce((n, name) => n + (shown[name]?.units ?? 0), 0),
        0,
      );
  const treated = unitsOf(compared.treatments);
  return {
    excess: contrasts.reduce((sum, { excess }) => sum + excess, 0),
    variance: contrasts.reduce((sum, { variance }) => sum + variance, 0),
    treated,
    units: treated + unitsOf([compared.control]),
  };
}

function sumOf(parts: readonly HarmPart[]): HarmPart {
  return parts.reduce(
    (sum, part) => ({
      excess: sum.excess + part.excess,
      variance: sum.variance + part.variance,
      treated: sum.treated + part.treated,
      units: sum.units + part.units,
    }),
    { excess: 0, variance: 0, treated: 0, units: 0 },
  );
}
