import { describe, expect, it } from 'vitest';
import {
  addDeviation,
  noSpread,
  predictedDispersion,
  type WindowDeviation,
} from '../../models/predicted-dispersion.ts';
import { seededDraws } from './seeded-draws.ts';

const spreadOf = (windows: readonly WindowDeviation[]) => windows.reduce(addDeviation, noSpread());

/** Windows of variance 50 φ, whose deviations have a constant effect `c` beside the noise. */
const windowsOf = (phi: number, c: number): readonly WindowDeviation[] => {
  const draws = seededDraws(31);
  return Array.from({ length: 2000 }, () => ({ d: c * 50 + Math.sqrt(50 * phi) * draws.normal(), v: 50 }));
};

describe('the dispersion predicted for the next window', () => {
  it('is the historic one before any window, after windows without events and after a single one', () => {
    expect(predictedDispersion(noSpread(), 3)).toBe(3);
    expect(predictedDispersion(spreadOf([{ d: 0, v: 0 }]), 3)).toBe(3);
    expect(predictedDispersion(spreadOf([{ d: 100, v: 10 }]), 3)).toBe(3);
  });

  it('is never below the historic one, however quiet the windows are', () => {
    expect(predictedDispersion(spreadOf(windowsOf(0.1, 0)), 2)).toBe(2);
  });

  it.each([0, 0.5, -0.5])('finds a dispersion of 5 behind a constant effect of %d', (c) => {
    const found = predictedDispersion(spreadOf(windowsOf(5, c)), 1);
    expect(found).toBeGreaterThan(4.7);
    expect(found).toBeLessThan(5.3);
  });

  it('believes twenty windows full of events as much as history, and windows of few events less', () => {
    const alternating = (v: number) =>
      spreadOf(Array.from({ length: 20 }, (_, t) => ({ d: (t % 2 === 0 ? 1 : -1) * Math.sqrt(5 * v), v })));
    expect(predictedDispersion(alternating(1e6), 1)).toBeCloseTo((20 * 5 + 20 * 1) / (19 + 20), 5);
    expect(predictedDispersion(alternating(0.1), 1)).toBeLessThan(1.8);
  });
});
