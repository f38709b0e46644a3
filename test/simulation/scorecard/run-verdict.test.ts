import { describe, expect, it } from 'vitest';
import {
  cappedHours,
  delayMinutes,
  isFaultHandled,
  isMissed,
  runCost,
} from '../../../simulation/scorecard/run-verdict.ts';
import { aBenignRun, aFaultyRun, aHarmfulRun } from './builders.ts';

const MINUTE = 60_000;

describe('the cost of a run', () => {
  it.each([
    ['a harmful run costs a hundred times its harm', aHarmfulRun({ harm: 0.25 }), 25],
    ['and a hundred when it harms more than a release to all at once', aHarmfulRun({ harm: 1.7 }), 100],
    ['a benign run costs four per hour', aBenignRun({ hoursTo95: 1.5 }), 6],
    ['and 28 when it was rolled back, however far it had come', aBenignRun({ end: 'rolledBack', hoursTo95: 0.5 }), 28],
    ['and for hours in which it went back below as well', aBenignRun({ hoursTo95: 1.5, hoursLost: 0.5 }), 8],
    ['and 48 when it never got there', aBenignRun({ end: 'unfinished', hoursTo95: null }), 48],
    ['and 48 when it got there after the horizon', aBenignRun({ hoursTo95: 100 }), 48],
    ['a run with broken telemetry has no cost', aFaultyRun(), null],
  ])('%s', (_, run, cost) => {
    expect(runCost(run)).toBe(cost);
  });

  it('cuts hours off at the horizon', () => {
    expect([null, 12.5, 12, 3].map((hoursTo95) => cappedHours(aBenignRun({ hoursTo95 })))).toEqual([12, 12, 12, 3]);
  });
});

describe('a harmful run', () => {
  it.each([
    ['is no miss when it was rolled back', {}, false, 5],
    ['is a miss when it was completed', { end: 'completed' }, true, null],
    [
      'is no miss when coverage went back in time',
      { end: 'unfinished', endedAtMs: null, harmlessSinceMs: 12 * MINUTE },
      false,
      2,
    ],
    ['is a miss when the horizon came first', { end: 'unfinished', endedAtMs: null }, true, null],
    [
      'is no miss when its harm never met users',
      { end: 'unfinished', endedAtMs: null, harmedSinceMs: null },
      false,
      null,
    ],
    ['has no delay when it was rolled back before it could harm', { harmedSinceMs: null }, false, null],
    ['may be rolled back at once', { endedAtMs: 10 * MINUTE }, false, 0],
  ] as const)('%s', (_, change, missed, minutes) => {
    const run = aHarmfulRun(change);
    expect([isMissed(run), delayMinutes(run)]).toEqual([missed, minutes]);
  });
});

describe('broken telemetry', () => {
  it.each([
    ['is handled when it was flagged soon and nothing was done', {}, true],
    ['is handled ten minutes later, but not after that', { flaggedAtMs: 70 * MINUTE }, true],
    ['is not handled a moment too late', { flaggedAtMs: 70 * MINUTE + 1 }, false],
    ['is not handled by a flag from before', { flaggedAtMs: 59 * MINUTE }, false],
    ['is not handled without a flag', { flaggedAtMs: null }, false],
    ['is not handled when the rollout acted on it', { actedOnFault: true }, false],
    ['says nothing about a rollout that was over before', { endedAtMs: 50 * MINUTE }, null],
    ['says nothing about a world in which it never broke', { faultSinceMs: null }, null],
  ] as const)('%s', (_, change, handled) => {
    expect(isFaultHandled(aFaultyRun(change))).toBe(handled);
  });
});
