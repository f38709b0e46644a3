import { describe, expect, it } from 'vitest';
import { stabilityReference } from '../../../models/index.ts';
import { modelFigures, type WatchedRun } from '../../../training/watch/index.ts';
import { seededDraws } from '../../models/seeded-draws.ts';

const NOW_MS = 100 * 86_400_000;
const DAY_MS = 86_400_000;
const draws = seededDraws(5);
const training = Array.from({ length: 2_000 }, () => draws.uniform());
const REFERENCE = { load: stabilityReference(training), errors: stabilityReference(training) };
const ASKED = { features: ['load', 'errors'], reference: REFERENCE, nowMs: NOW_MS };

/** A rollout of a hundred minutes some days ago, whose load is off by so much. */
function aRun(
  index: number,
  { daysAgo, shift = 0, ...told }: { daysAgo: number; shift?: number } & Partial<WatchedRun>,
) {
  const vectors = Array.from({ length: 100 }, () => [draws.uniform() + shift, draws.uniform()]);
  return {
    rollout: `rollout-${index}`,
    band: 'low',
    isHarmful: null,
    hasAlarmed: false,
    probability: null,
    vectors: vectors.map((vector) => ({ atMs: NOW_MS - daysAgo * DAY_MS, vector })),
    ...told,
  } satisfies WatchedRun;
}

const many = (count: number, told: Parameters<typeof aRun>[1]) =>
  Array.from({ length: count }, (_, n) => aRun(n, told));

describe('the figures of a model in use', () => {
  it('name the input that has drifted, and for how many days', () => {
    const { drift } = modelFigures(many(20, { daysAgo: 2, shift: 0.3 }), ASKED);
    expect(drift.map(({ feature, days }) => [feature, days])).toEqual([
      ['load', 2],
      ['errors', 0],
    ]);
    expect(drift[0]!.index).toBeGreaterThan(0.2);
    expect(drift[1]!.index).toBeLessThan(0.05);
  });

  it('count one day for what drifted since yesterday', () => {
    const runs = [...many(30, { daysAgo: 3 }), ...many(30, { daysAgo: 0.5, shift: 2 })];
    expect(modelFigures(runs, ASKED).drift[0]).toMatchObject({ feature: 'load', days: 1 });
  });

  it('say nothing of drift with fewer than twenty rollouts in the week, or without a reference', () => {
    expect(modelFigures(many(19, { daysAgo: 2, shift: 1 }), ASKED).drift).toEqual([]);
    expect(modelFigures(many(40, { daysAgo: 9, shift: 1 }), ASKED).drift).toEqual([]);
    expect(modelFigures(many(20, { daysAgo: 2, shift: 1 }), { ...ASKED, reference: {} }).drift).toEqual([]);
  });

  it('compare predicted with realised harm, and doubt probabilities that are far off', () => {
    const told = (n: number, isHarmful: boolean) => many(n, { daysAgo: 1, probability: 0.1, isHarmful });
    const spread = Array.from({ length: 100 }, (_, n) => told(1, n % 10 === 0)).flat();
    const honest = modelFigures(spread, ASKED).calibration!;
    expect(honest).toMatchObject({ rollouts: 100, realised: 0.1 });
    expect(honest.predicted).toBeCloseTo(0.1);
    expect(honest.pValue).toBeGreaterThan(0.05);
    expect(modelFigures([...told(50, false), ...told(50, true)], ASKED).calibration!.pValue).toBeLessThan(1e-6);
    expect(modelFigures(many(3, { daysAgo: 1 }), ASKED).calibration).toBeNull();
  });

  it('count errors by traffic, and leave out rollouts of which nobody knows the end', () => {
    const runs = [
      ...many(4, { daysAgo: 1, band: 'low', isHarmful: false }),
      ...many(1, { daysAgo: 1, band: 'low', isHarmful: false, hasAlarmed: true }),
      ...many(2, { daysAgo: 1, band: 'high', isHarmful: true }),
      ...many(7, { daysAgo: 1, band: 'medium', hasAlarmed: true }),
    ];
    expect(modelFigures(runs, ASKED).byBand).toEqual([
      { band: 'low', benign: 5, falseAlarms: 1, harmful: 0, missed: 0 },
      { band: 'high', benign: 0, falseAlarms: 0, harmful: 2, missed: 2 },
    ]);
  });
});
