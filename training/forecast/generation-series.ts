import { controlSeries } from '../../controller/index.ts';
import type { ClosedWindow } from '../../domain/index.ts';
import {
  BEFORE_ALL,
  isAfter,
  observationsUntil,
  type RecordedGeneration,
  runIdOf,
} from '../dataset/recorded-generation.ts';
import type { ForecastSeries } from './forecast-examples.ts';

const DAY_MS = 86_400_000;

/** Control's series in a recorded generation, as its decisions saw them up to a cut-off: what a treatment does is in none of them. */
export function generationSeries(generation: RecordedGeneration, cutOffMs: number): readonly ForecastSeries[] {
  const windows: ClosedWindow[] = [];
  let newest: Pick<ClosedWindow, 'startMs' | 'coverage'> = BEFORE_ALL;
  let excluded: readonly string[] = [];
  for (const { observation } of observationsUntil(generation, cutOffMs)) {
    const added = observation.windows.filter((window) => isAfter(window, newest));
    newest = added.at(-1) ?? newest;
    windows.push(...added);
    excluded = observation.quarantinedSources;
  }
  return controlSeries(generation, windows, excluded).map(({ metric, stepMs, startMs, values }) => ({
    name: `${runIdOf(generation)}/${metric}`,
    rollout: generation.definition.rollout,
    period: DAY_MS / stepMs,
    firstPhase: (startMs % DAY_MS) / stepMs,
    values,
  }));
}
