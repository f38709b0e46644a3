import { describe, expect, it } from 'vitest';
import { describeRun, runSeed } from '../../../simulation/control-plane/index.ts';
import { REAL_PARTS } from './real-parts.ts';
import { REPLAYED_SEEDS } from './replayed-seeds.ts';
import { runSeeds } from './run-seeds.ts';

const SEEDS = 50;

describe('the control plane under faults of a seed', () => {
  it.each(REPLAYED_SEEDS)('replays seed %i without a violation', async (seed) => {
    const run = await runSeed(seed, { parts: REAL_PARTS });
    expect(run.violations, describeRun(run)).toEqual([]);
  });

  it(`keeps every promise in ${SEEDS} seeds, and decides a lot`, async () => {
    const { failures, totals } = await runSeeds(1_000, SEEDS, { parts: REAL_PARTS });
    expect(failures.join('\n\n')).toBe('');
    expect(totals['hold']).toBeGreaterThan(4 * SEEDS);
    expect(totals['ramp']).toBeGreaterThan(1.2 * SEEDS);
    expect(totals['refused']).toBeGreaterThan(0.4 * SEEDS);
    expect(totals['complete']).toBeGreaterThan(0.2 * SEEDS);
    expect(totals['rollback']).toBeGreaterThan(0.08 * SEEDS);
  });

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
