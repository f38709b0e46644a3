import { describe, expect, it } from 'vitest';
import {
  averagePrecision,
  brierScore,
  eventRecall,
  expectedCalibrationError,
  labelledEvents,
  type Scored,
  volumeUnderPr,
} from '../../../training/index.ts';
import { seededDraws } from '../../models/seeded-draws.ts';

const scored = (scores: readonly number[], positives: readonly number[]): readonly Scored[] =>
  scores.map((score, i) => ({ score, isPositive: positives.includes(i) }));

const EVENTS = [10, 11, 12, 30, 45, 46];
const series = scored(
  Array.from({ length: 60 }, (_, i) => ((i * 29) % 61) / 61 + ([10, 11, 30, 46].includes(i) ? 0.5 : 0)),
  EVENTS,
);

describe('average precision', () => {
  it('agrees with a sweep over all thresholds in NumPy', () => {
    expect(averagePrecision(series)).toBeCloseTo(0.4696028265107212, 12);
  });

  it('is 1 for a perfect order and the share of positives for a random one', () => {
    expect(averagePrecision(scored([3, 1, 2], [0, 2]))).toBe(1);
    const { uniform } = seededDraws(2);
    const random = Array.from({ length: 20_000 }, () => ({ score: uniform(), isPositive: uniform() < 0.1 }));
    expect(averagePrecision(random)).toBeCloseTo(0.1, 1);
  });

  it('takes equal scores in the order in which they came', () => {
    expect(averagePrecision(scored([1, 1], [0]))).toBe(1);
    expect(averagePrecision(scored([1, 1], [1]))).toBe(0.5);
    expect(averagePrecision(scored([1, 1], []))).toBeNaN();
  });
});

describe('calibration', () => {
  const predictions = Array.from({ length: 64 }, (_, i) => ({
    score: (((i * 37) % 64) + 0.5) / 64,
    isPositive: (i * i) % 7 < 3,
  }));

  it('error and Brier score agree with NumPy', () => {
    expect(expectedCalibrationError(predictions)).toBeCloseTo(0.292724609375, 12);
    expect(brierScore(predictions)).toBeCloseTo(0.26885986328125, 12);
  });

  it('error is small for right probabilities and large for proud ones', () => {
    const { uniform } = seededDraws(3);
    const right = Array.from({ length: 30_000 }, () => {
      const score = uniform();
      return { score, isPositive: uniform() < score };
    });
    // A bin of 2 000 has a mean absolute error of about .009 at most.
    expect(expectedCalibrationError(right)).toBeLessThan(0.02);
    const proud = right.map((each) => ({ ...each, score: each.score > 0.5 ? 1 : 0 }));
    expect(expectedCalibrationError(proud)).toBeCloseTo(0.25, 1);
  });
});

describe('the volume under the precision–recall surface', () => {
  it.each([
    [8, 0.47089602948919884],
    [24, 0.68556401537277],
  ])('with buffers up to %d agrees with a slow NumPy version', (period, volume) => {
    expect(volumeUnderPr(series, period)).toBeCloseTo(volume, 12);
  });

  it('without buffers is the average precision, where recall counts every event', () => {
    expect(volumeUnderPr(scored([5, 4, 1, 2, 3], [0, 1]), 0)).toBe(1);
    expect(volumeUnderPr(scored([1, 2], []), 4)).toBeNaN();
  });

  it('forgives a score that comes a little late, which average precision does not', () => {
    const late = scored(
      Array.from({ length: 200 }, (_, i) => (i >= 102 && i < 105 ? 1 : ((i * 7) % 200) / 1000)),
      [100, 101],
    );
    expect(volumeUnderPr(late, 24)).toBeGreaterThan(2 * averagePrecision(late));
  });
});

describe('event recall', () => {
  it('merges neighbouring labels to events', () => {
    expect(labelledEvents(series)).toEqual([
      { from: 10, to: 13 },
      { from: 30, to: 31 },
      { from: 45, to: 47 },
    ]);
  });

  it('counts a run of flagged points as one false alarm, and two that are joined as one', () => {
    const points = scored([9, 7, 8, 0, 6, 0, 5, 0, 4, 0, 3], [6]);
    expect(eventRecall([points], 0)).toMatchObject({ events: 1, found: 0, threshold: Number.POSITIVE_INFINITY });
    // 9 | 9 and 8 | 9 7 8 in one | and 6 | the event's 5 | and 4, which is one too many.
    expect(eventRecall([points], 2)).toMatchObject({ found: 1, falseAlarms: 2, threshold: 5 });
    expect(eventRecall([points], 1)).toMatchObject({ found: 0, falseAlarms: 1, threshold: 9 });
  });

  it('has one threshold for all series, and hears nothing where a series is silent', () => {
    const silent = scored([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY], [0]);
    expect(eventRecall([scored([3, 1, 2], [0]), silent], 0)).toMatchObject({ events: 2, found: 1, threshold: 3 });
  });
});
