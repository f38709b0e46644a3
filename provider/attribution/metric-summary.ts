import { type DurationWindow, durationBinOf, type RateWindow, type ValueWindow } from '../../domain/index.ts';
import type { UnitActivity } from './open-window.ts';

/** Units that a metric of this index counts. */
export interface CountedUnits {
  readonly index: number;
  readonly units: readonly UnitActivity[];
}

/** A smaller sum counts as 0: it is what rounding leaves of amounts that cancel, and its square may be lost. */
const SMALLEST_VALUE = 1e-12;

/** How many units there are, and how many of them have the event. */
export function summarizeRate({ index, units }: CountedUnits): RateWindow {
  const events = units.filter(({ outcomes }) => outcomes[index] !== undefined).length;
  return { kind: 'rate', exposures: units.length, events };
}

/** The slowest request of each unit, by bin; all of the units must have one. */
export function summarizeDuration({ index, units }: CountedUnits): DurationWindow {
  const bins: Record<string, number> = {};
  for (const { outcomes } of units) {
    const bin = durationBinOf(outcomes[index]!);
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return { kind: 'duration', exposures: units.length, bins };
}

/** One number per unit: the sum of what it tracked, 0 where that is nothing. */
export function summarizeValue({ index, units }: CountedUnits): ValueWindow {
  let sum = 0;
  let sumOfSquares = 0;
  let nonZero = 0;
  for (const { outcomes } of units) {
    const value = outcomes[index] ?? 0;
    if (Math.abs(value) < SMALLEST_VALUE) continue;
    sum += value;
    sumOfSquares += value * value;
    nonZero += 1;
  }
  return { kind: 'value', exposures: units.length, sum, sumOfSquares, nonZero };
}
