import { describe, expect, it } from 'vitest';
import { addScore, isCalm, NO_SCORES, runMaximum } from '../../../models/index.ts';

function play(scores: readonly (number | null)[]) {
  let state = NO_SCORES;
  const smoothed = scores.map((score) => {
    const step = addScore(state, score);
    // As stored in the evidence of a rollout.
    state = JSON.parse(JSON.stringify(step.state)) as typeof state;
    return step.smoothed;
  });
  return { state, smoothed };
}

describe('a smoothed score', () => {
  it('is the least of the last three, from the fifth stratum on', () => {
    expect(play([9, 9, 5, 6, 7, 3, 8, 8, 8]).smoothed).toEqual([null, null, null, null, 5, 3, 3, 3, 8]);
    expect(play([9, 9, 5, 6, 7, 3, 8, 8, 8]).state.maximum).toBe(8);
  });

  it('drops what is not a number, and goes on with the scores before', () => {
    expect(play([1, 2, 3, 4, Number.NaN, 5, null, Infinity, 6]).smoothed).toEqual([
      null,
      null,
      null,
      null,
      null,
      3,
      null,
      null,
      4,
    ]);
  });

  it('is off for the rest of the rollout after three unusable strata in a row', () => {
    const { state, smoothed } = play([5, 5, 5, 5, 5, null, null, null, 9, 9, 9]);
    expect(smoothed.slice(4)).toEqual([5, null, null, null, null, null, null]);
    expect(state).toMatchObject({ isOff: true, strata: 11, maximum: 5 });
    expect(isCalm({ ...state, average: -9 }, 0)).toBe(false);
    expect(play([5, 5, 5, 5, null, null, 5]).state.isOff).toBe(false);
  });

  it('has a moving average of .6 what it was and .4 what is new, which is calm below a level', () => {
    const { state } = play([-1, -2, -1, -2, -1]);
    const average = [-1, -2, -1, -2, -1].reduce((before, score) => 0.6 * before + 0.4 * score, 0);
    expect(state.average).toBeCloseTo(average, 12);
    expect([isCalm(state, -0.5), isCalm(state, -2)]).toEqual([true, false]);
    // Four strata are too few for any word of the model.
    expect(isCalm(play([-9, -9, -9, -9]).state, -0.5)).toBe(false);
  });

  it('gives a run its maximum, if it came that far', () => {
    expect(runMaximum([1, 2, 3, 4, 5, 0])).toBe(3);
    expect(runMaximum([1, 2, 3, 4])).toBeNull();
  });
});
