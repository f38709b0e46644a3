import { describe, expect, it } from 'vitest';
import { playWorlds } from '../../simulate/play-worlds.ts';
import { readScenarios } from '../../simulate/read-scenarios.ts';

describe('worker threads', () => {
  const [H1] = readScenarios('H1');
  const inputs = { policies: ['big-bang/shipped', 'oracle'], traces: undefined, workers: 2 };

  it('play every world once, with all policies in their order', async () => {
    const worlds = [1, 2, 3, 4, 5].map((seed) => ({ scenario: H1!, seed }));
    const played: string[] = [];
    await playWorlds({ ...inputs, worlds }, ({ outcomes, ms }) => {
      played.push(outcomes.map(({ seed, policy }) => `${seed} ${policy}`).join(', '));
      expect(ms.every((each) => each >= 0)).toBe(true);
    });
    expect(played.sort()).toEqual([1, 2, 3, 4, 5].map((seed) => `${seed} big-bang/shipped, ${seed} oracle`));
  });

  it('that fail, and outcomes that cannot be kept, are told', async () => {
    const broken = { scenario: { ...H1!, kind: undefined as never, effects: 7 as never }, seed: 1 };
    await expect(playWorlds({ ...inputs, worlds: [broken] }, () => {})).rejects.toThrow(/not a function/);
    const full = () => {
      throw new Error('no space left');
    };
    await expect(playWorlds({ ...inputs, worlds: [{ scenario: H1!, seed: 1 }] }, full)).rejects.toThrow(
      'no space left',
    );
  });
});
