import { describe, expect, it } from 'vitest';
import type { MetricDefinition } from '../../../domain/index.ts';
import { metricContrast } from '../../../training/rewards/metric-contrast.ts';
import { seededDraws } from '../../models/seeded-draws.ts';

const revenue = { metric: 'revenue', kind: 'value', goodDirection: 'higher' } as MetricDefinition;
const compared = { control: 'old', treatments: ['new'], excluded: [], slowBins: {}, usualMeans: { revenue: 1 } };

/** Values of so many units, of which few are large, with this mean. */
function valuesOf(units: number, mean: number, uniform: () => number) {
  const values = Array.from({ length: units }, () => (uniform() < 0.1 ? 10 * mean : 0));
  const total = (power: number) => values.reduce((sum, value) => sum + value ** power, 0);
  return { kind: 'value' as const, exposures: units, sum: total(1), sumOfSquares: total(2) };
}

/** Relative excess over many windows in which little of control is left. */
function relativeExcess(harm: number): number {
  const { uniform } = seededDraws(3);
  const sums = { excess: 0, expected: 0 };
  for (let index = 0; index < 400; index += 1) {
    const shown = (variant: string, units: number, mean: number) => [
      variant,
      { units, newUnits: units, metrics: { revenue: valuesOf(units, mean, uniform) } },
    ];
    const variants = Object.fromEntries([shown('new', 570, 1 - harm), shown('old', 30, 1)]);
    const window = { startMs: index, endMs: index + 1, coverage: 95_000, sources: { shop: { variants } } };
    const contrast = metricContrast(window as never, revenue, compared)!;
    sums.excess += contrast.excess;
    sums.expected += contrast.expected;
  }
  return sums.excess / sums.expected;
}

describe('the contrast of values where little of control is left', () => {
  it('is what it is: its own mean in one window would be divided by, and by chance be near 0', () => {
    // Standard error: √(9/12 000 + 9/228 000) = .028.
    expect(Math.abs(relativeExcess(0))).toBeLessThan(3 * 0.028);
    expect(Math.abs(relativeExcess(0.3) - 0.3)).toBeLessThan(3 * 0.028);
  });

  it('says nothing where control never had a value', () => {
    const none = { ...compared, usualMeans: {} };
    const variants = { old: { metrics: {} }, new: { metrics: {} } };
    expect(metricContrast({ sources: { shop: { variants } } } as never, revenue, none)).toBeUndefined();
  });
});
