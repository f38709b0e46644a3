import { describe, expect, it } from 'vitest';
import { describeRun, runSeed } from '../../../simulation/control-plane/index.ts';
import { REAL_PARTS } from './real-parts.ts';
import { REPLAYED_SEEDS } from './replayed-seeds.ts';
import { runSeeds } from './run-seeds.ts';

const SEEDS_PER_TEST = 250;
const TIMEOUT_MS = 120_000;

describe('the control plane under faults of a seed', () => {
  it.each(REPLAYED_SEEDS)('replays seed %i without a violation', async (seed) => {
    const run = await runSeed(seed, { parts: REAL_PARTS });
    expect(run.violations, describeRun(run)).toEqual([]);
  });

  it.each(Array.from({ length: 2 }, (_, block) => 1_000 + block * SEEDS_PER_TEST))(
    `keeps every promise in ${SEEDS_PER_TEST} seeds from %i on, and decides a lot`,
    async (from) => {
      const { failures, totals } = await runSeeds(from, SEEDS_PER_TEST, { parts: REAL_PARTS });
      expect(failures.join('\n\n')).toBe('');
      expect(totals['hold']).toBeGreaterThan(1_000);
      expect(totals['ramp']).toBeGreaterThan(300);
      expect(totals['refused']).toBeGreaterThan(100);
      expect(totals['complete']).toBeGreaterThan(50);
      expect(totals['rollback']).toBeGreaterThan(20);
    },
    TIMEOUT_MS,
  );

  it('does the same again for the same seed, and something else for another', async () => {
    const [first, again, other] = [
      await runSeed(7, { parts: REAL_PARTS }),
      await runSeed(7, { parts: REAL_PARTS }),
      await runSeed(8, { parts: REAL_PARTS }),
    ];
    expect(first.trace.length).toBeGreaterThan(10);
    expect(again).toEqual(first);
    expect(other.trace).not.toEqual(first.trace);
  });
});
