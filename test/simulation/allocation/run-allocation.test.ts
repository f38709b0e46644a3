import { describe, expect, it } from 'vitest';
import { ALLOCATION_WORLDS, bestOf, REGIONAL_WORLDS, runAllocation } from '../../../simulation/allocation/index.ts';

const worldOf = (name: string) => ALLOCATION_WORLDS.find((world) => world.name === name)!;
const play = (name: string, seed: number, minutes = 480) =>
  runAllocation({ world: worldOf(name), seed, mode: 'adaptive', unitsPerMinute: 900, minutes });

describe('A rollout that divides new units by what it learns', () => {
  it('finds the one that is far ahead, gives it all new units and moves nobody', () => {
    const { called, switched, broken, splits, end } = play('3 treatments, one far ahead', 1);
    expect(called?.variant).toBe(bestOf(worldOf('3 treatments, one far ahead')));
    expect(splits.at(-1)).toEqual([0, 0, 100_000]);
    // Before that its share grew by what a step allows.
    expect(splits.some(([, , share]) => share! > 33_334 && share! < 100_000)).toBe(true);
    expect([switched, broken, end]).toEqual([0, [], 'running']);
  });

  it('takes out the one that does harm, and goes on with the others', () => {
    const { withdrawn, switched, splits, end } = play('3 treatments, one with twice the errors', 2);
    expect(withdrawn).toEqual(['c']);
    expect(splits.at(-1)![2]).toBe(0);
    expect(splits.at(-1)![0]! + splits.at(-1)![1]!).toBe(100_000);
    expect([switched, end]).toEqual([0, 'running']);
  });

  it('never lets a treatment rise while a segment speaks of harm by it, though it is the best for most', () => {
    const { broken, switched, splits } = play('3 treatments, the best is harmful in one segment', 3);
    expect([broken, switched]).toEqual([[], 0]);
    expect(splits.every(([, , share]) => share! < 50_000)).toBe(true);
  });

  it('is the same for the same seed', () => {
    expect(play('2 treatments, all equal', 4, 120)).toEqual(play('2 treatments, all equal', 4, 120));
  });

  it('with equal shares keeps them', () => {
    const world = worldOf('3 treatments, one far ahead');
    const { splits } = runAllocation({ world, seed: 5, mode: 'uniform', unitsPerMinute: 900, minutes: 240 });
    for (const split of splits) expect(split).toEqual([33_334, 33_333, 33_333]);
  });
});

describe('A rollout whose splits may depend on the country', () => {
  const worldCalled = (name: string) => REGIONAL_WORLDS.find((world) => world.name === name)!;
  const playBy = (mode: 'byAttribute' | 'adaptive', name: string) =>
    runAllocation({ world: worldCalled(name), seed: 1, mode, unitsPerMinute: 900, minutes: 360 });

  it('treats countries apart that want different treatments, loses less by it, and moves nobody', () => {
    const world = '2 treatments, each the best for one half';
    const { grown, switched, broken, lost, treated, unlike, end } = playBy('byAttribute', world);
    expect(grown?.leaves.map(({ values }) => values)).toEqual([['DE'], ['US']]);
    expect([switched, broken, end]).toEqual([0, [], 'running']);
    expect(unlike).toBeGreaterThan(0);
    const one = playBy('adaptive', world);
    expect(lost / treated).toBeLessThan(one.lost / one.treated);
  });

  it('does as with one split where all countries want the same', () => {
    const world = '3 treatments, one 25 % ahead everywhere';
    const { grown, ...run } = playBy('byAttribute', world);
    expect(grown).toBeNull();
    expect({ grown, ...run }).toEqual(playBy('adaptive', world));
  });
});
