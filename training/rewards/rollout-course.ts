import type { Observation } from '../../controller/index.ts';
import {
  addMetric,
  type ClosedWindow,
  fullCoverageOf,
  type MetricWindow,
  type RolloutDefinition,
} from '../../domain/index.ts';
import { flatSketch, quantileBins } from '../../models/index.ts';
import { type Compared, metricContrast, summed } from './metric-contrast.ts';

/** Coverage since a moment. */
export interface CoverageSince {
  readonly atMs: number;
  readonly coverage: number;
}

/** What happened in a generation, as its records tell. */
export interface RolloutCourse {
  readonly definition: RolloutDefinition;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly end: 'completed' | 'rolledBack';
  /** Every change of coverage, the end included, in order. */
  readonly coverages: readonly CoverageSince[];
  /** All closed windows, each once. */
  readonly windows: readonly ClosedWindow[];
  readonly compared: Compared;
}

/** Reads the course of a generation from the observations of its decisions, in order; undefined where none saw anything. */
export function rolloutCourse(
  observations: readonly Observation[],
  { endedAtMs, end }: Pick<RolloutCourse, 'endedAtMs' | 'end'>,
): RolloutCourse | undefined {
  const last = observations.at(-1);
  if (last === undefined) return undefined;
  const { definition } = last.rollout;
  const windows = [
    ...new Map(
      observations.flatMap((one) => one.windows.map((window) => [`${window.startMs}/${window.coverage}`, window])),
    ).values(),
  ];
  const compared = {
    control: definition.control,
    treatments: definition.treatments.map(({ variant }) => variant),
    excluded: last.quarantinedSources,
  };
  const seen = observations.map(({ rollout: { state } }) => ({
    atMs: state.coverageSinceMs,
    coverage: state.coverage,
  }));
  const changes = seen.filter((one, index) => one.atMs !== seen[index - 1]?.atMs);
  return {
    definition,
    startedAtMs: last.rollout.state.startedAtMs ?? changes[0]!.atMs,
    endedAtMs,
    end,
    coverages: [...changes, { atMs: endedAtMs, coverage: end === 'completed' ? FULL : 0 }],
    windows,
    compared: {
      ...compared,
      slowBins: slowBinsOf(definition, windows, compared),
      usualMeans: usualMeansOf(definition, windows, compared),
    },
  };
}

/** Whether everybody but the holdback has it under a coverage. */
export function isFull(definition: RolloutDefinition, coverage: number): boolean {
  return coverage >= Math.min(FULL_ENOUGH, fullCoverageOf(definition));
}

/** The contrast of a metric in one window of the course. */
export function contrastIn(
  { compared }: RolloutCourse,
  window: ClosedWindow,
  metric: RolloutDefinition['metrics'][number],
) {
  return metricContrast(window, metric, compared);
}

const FULL = 100_000;

/** The benchmark's word for everybody. */
const FULL_ENOUGH = 95_000;

type Controls = Pick<Compared, 'control' | 'excluded'>;

/** Slow is what control's p95 was not, over the whole generation. */
function slowBinsOf(
  { metrics }: RolloutDefinition,
  windows: readonly ClosedWindow[],
  controls: Controls,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    metrics.flatMap(({ metric, kind }) => {
      const total = kind === 'duration' ? totalOf(metric, windows, controls) : undefined;
      const [bin] = (total?.kind === 'duration' ? quantileBins(flatSketch(total.bins), [0.95]) : undefined) ?? [];
      return bin === undefined ? [] : [[metric, bin]];
    }),
  );
}

function usualMeansOf(
  { metrics }: RolloutDefinition,
  windows: readonly ClosedWindow[],
  controls: Controls,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    metrics.flatMap(({ metric, kind }) => {
      const total = kind === 'value' ? totalOf(metric, windows, controls) : undefined;
      return total?.kind === 'value' && total.exposures > 0 ? [[metric, total.sum / total.exposures]] : [];
    }),
  );
}

function totalOf(
  metric: string,
  windows: readonly ClosedWindow[],
  { control, excluded }: Controls,
): MetricWindow | undefined {
  const shown = windows.flatMap((window) => summed(window, metric, [control], excluded) ?? []);
  return shown.length === 0 ? undefined : shown.reduce((sum, one) => addMetric(sum, one));
}
