import { describe, expect, it } from 'vitest';
import { learnWorlds } from '../../bench/paces/learn-worlds.ts';
import type { PaceWorld } from '../../simulation/index.ts';

const FEATURES = {
  unitsPerMinute: 100,
  rarestRate: 0.01,
  guardrails: 3,
  means: 1,
  harmLog10: 0,
  doubtProbability: 0.2,
  riskProbability: null,
  plannedHours: 1,
  room: 0.3,
};

const PACES = [
  { pace: 'asPlanned' as const, dwellFactor: 1, halfFactor: 1, skippedStages: 0 },
  { pace: 'aggressive' as const, dwellFactor: 0.5, halfFactor: 0.5, skippedStages: 1 },
];

/** A world whose two paces cost so many hours. */
function world(isHarmful: boolean, hours: readonly [number, number], came = true): PaceWorld {
  const choice = { policy: 'p', hash: 'h', schema: 's', features: FEATURES, paces: PACES, scheduled: 0, taken: 0 };
  return {
    scenario: isHarmful ? 'H1' : 'B1',
    seed: 1,
    isHarmful,
    choice: came ? (choice as unknown as PaceWorld['choice']) : null,
    runs: PACES.map(({ pace }, index) => ({
      pace,
      costs: { harm: 0, hours: hours[index]!, falseRollback: 0, move: 0, objective: 0 },
      isTakenBack: false,
    })),
  };
}

describe('what worlds teach in which every pace was played', () => {
  const harmful = Array.from({ length: 3 }, () => world(true, [2, 4]));

  it('is as if a quarter of them did harm, however many do', () => {
    const learned = learnWorlds([...harmful, world(false, [3, 1])]);
    const sum = (rows: typeof learned) => rows.reduce((total, { importance }) => total + importance, 0);
    // Three rows a world: its mean, and each pace beside that.
    expect(learned).toHaveLength(12);
    expect(sum(learned.slice(0, 9)) / sum(learned)).toBeCloseTo(0.25, 10);
    expect(sum(learned)).toBeCloseTo(0.3 * 12, 10);
  });

  it('is nothing where it never came to a choice, and no more than of a rollout of one’s own', () => {
    expect(learnWorlds([world(true, [2, 4], false)])).toEqual([]);
    const learned = learnWorlds([...harmful, ...Array.from({ length: 2 }, () => world(false, [3, 1]))]);
    expect(Math.max(...learned.map(({ importance }) => importance))).toBeLessThan(1);
  });
});
