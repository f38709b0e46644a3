import {
  FORECAST_STEPS,
  forecastBasis,
  forecastInputs,
  HISTORY_STEPS,
  median,
  robustScore,
} from '../../models/index.ts';

/** A series of one run in even steps. */
export interface ForecastSeries {
  /** No two have the same. */
  readonly name: string;
  /** Series of one rollout belong together. */
  readonly rollout: string;
  /** Steps of one season, and the phase of the first step in it. */
  readonly period: number;
  readonly firstPhase: number;
  readonly values: readonly (number | null)[];
}

/** A step after a history, with what it was: on the scale of the history. */
export interface ForecastExample {
  readonly rollout: string;
  readonly ahead: number;
  readonly inputs: readonly number[];
  readonly target: number;
  /** What the robust seasonal baseline says of it. */
  readonly seasonal: number;
}

/** Steps ahead that are learned and judged: close at first, then further apart. */
const AHEADS = [1, 2, 3, 5, 8, 12, 18, 25, 35, 45, FORECAST_STEPS];

/** A forecast begins every so many steps. */
const STRIDE = 20;

/** Seasons that the seasonal baseline looks back. */
const SEASONS = 4;

/** A target further away than this is an incident, and says no more than this. */
const CLIP = 10;

/** All examples of a series: histories of `HISTORY_STEPS`, each with some of the steps after it. */
export function forecastExamples(series: ForecastSeries): readonly ForecastExample[] {
  const { rollout, period, firstPhase, values } = series;
  const examples: ForecastExample[] = [];
  for (let end = HISTORY_STEPS; end < values.length; end += STRIDE) {
    const basis = forecastBasis(values.slice(end - HISTORY_STEPS, end));
    if (basis === undefined) continue;
    for (const ahead of AHEADS) {
      const value = values[end - 1 + ahead] ?? null;
      if (value === null) continue;
      const phase = (firstPhase + end - 1 + ahead) % period;
      examples.push({
        rollout,
        ahead,
        inputs: forecastInputs(basis, { ahead, period, phase }),
        target: clip(robustScore(basis, value)),
        seasonal: clip(seasonalChange(series, end, ahead) / basis.scale),
      });
    }
  }
  return examples;
}

/** What the season changed between the same history and step in earlier seasons, as a median; 0 where none is known. */
function seasonalChange({ values, period }: ForecastSeries, end: number, ahead: number): number {
  const changes = Array.from({ length: SEASONS }, (_, index) => (index + 1) * period).flatMap((back) => {
    const [from, to] = [end - HISTORY_STEPS - back, end - back];
    const then = from < 0 ? undefined : forecastBasis(values.slice(from, to));
    const value = values[to - 1 + ahead];
    return then === undefined || value == null ? [] : [value - then.level];
  });
  return changes.length === 0 ? 0 : median(changes);
}

function clip(score: number): number {
  return Math.min(CLIP, Math.max(-CLIP, score));
}
