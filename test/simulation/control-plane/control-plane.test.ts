import { describe, expect, it } from 'vitest';
import { describeRun, runSeed } from '../../../simulation/control-plane/index.ts';
import { REAL_PARTS } from './real-parts.ts';
import { REPLAYED_SEEDS } from './replayed-seeds.ts';
import { runSeeds } from './run-seeds.ts';

const SEEDS = 200;

describe('the control plane under faults of a seed', () => {
  it.each(REPLAYED_SEEDS)('replays seed %i without a violation', async (seed) => {
    const run = await runSeed(seed, { parts: REAL_PARTS });
    expect(run.violations, describeRun(run)).toEqual([]);
  });

  it(`keeps every promise in ${SEEDS} seeds, and decides a lot`, async () => {
    const { failures, totals } = await runSeeds(1_000, SEEDS, { parts: REAL_PARTS });
    expect(failures.join('\n\n')).toBe('');
    expect(totals['hold']).toBeGreaterThan(800);
    expect(totals['ramp']).toBeGreaterThan(240);
    expect(totals['refused']).toBeGreaterThan(80);
    expect(totals['complete']).toBeGreaterThan(40);
    expect(totals['rollback']).toBeGreaterThan(16);
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
