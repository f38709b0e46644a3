import { describe, expect, it } from 'vitest';
import { type Experiment, type Finding, FORGED, findingsOf, POWER, TYPE_ONE } from '../../simulation/index.ts';

const SEED = 2;

/** What a few runs of one cell say about each alarm. */
function play(experiment: Experiment, cell: string, runs: number): Readonly<Record<string, Finding>> {
  expect(experiment.cells).toContain(cell);
  const alarms = Array.from({ length: runs }, (_, run) => experiment.play(cell, { seed: SEED, run }));
  return Object.fromEntries(findingsOf(experiment, cell, alarms).map((finding) => [finding.alarm, finding]));
}

describe('the evidence', () => {
  it('raises hardly an alarm in harmless rollouts, whatever the ramp', () => {
    const found = play(TYPE_ONE, '600/min', 4);
    // 18 monitors and two rollbacks: at α = 0.05 each may ring in 0.2 of 4 runs, so three times has a chance below 0.1 %.
    for (const { hits } of Object.values(found)) expect(hits).toBeLessThanOrEqual(2);
    expect(found['rollback at 0.05']!.hits).toBeLessThanOrEqual(1);
    expect(found['sample ratio at 0.001']!.hits).toBe(0);
  });

  it.each([
    ['600/min ×5 margin 0', 21],
    ['600/min ×2 margin 0', 88],
    ['20000/min ×1.25 margin 0', 65],
  ])('finds %s in about %d minutes', (cell, minutes) => {
    const { rollback } = play(POWER, cell, 15);
    expect(rollback!.hits).toBe(15);
    // The median of 15 runs is off by about 15 % by chance.
    expect(rollback!.medianMinute! / minutes).toBeGreaterThan(0.65);
    expect(rollback!.medianMinute! / minutes).toBeLessThan(1.45);
  });

  it.each(['ten times the volume and the errors', 'nothing but errors'])(
    'is not forced by four sources of twenty that say: %s',
    (lie) => {
      expect(play(FORGED, `sound: ${lie}`, 3)['rollback']!.hits).toBe(0);
    },
  );

  it.each(['no errors', 'ten times the volume, control fails'])(
    'finds a doubled error rate although four sources of twenty say: %s',
    (lie) => {
      const { rollback } = play(FORGED, `twice the errors: ${lie}`, 4);
      expect(rollback!.hits).toBe(4);
      expect(rollback!.medianMinute).toBeLessThan(180);
    },
  );

  it('the same seed gives the same run', () => {
    const once = () => POWER.play('600/min ×5 margin 0', { seed: SEED, run: 1 });
    expect(once()).toEqual(once());
  });
});
