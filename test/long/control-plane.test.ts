import { expect, it } from 'vitest';
import { REAL_PARTS } from '../simulation/control-plane/real-parts.ts';
import { runSeeds } from '../simulation/control-plane/run-seeds.ts';

const SEEDS_PER_TEST = 5_000;

it.each([1, 2, 3, 4])(
  `the control plane keeps every promise in ${SEEDS_PER_TEST} seeds from %i00000 on`,
  async (block) => {
    const { failures, totals } = await runSeeds(block * 100_000, SEEDS_PER_TEST, { parts: REAL_PARTS });
    console.log('decisions of the simulated control plane:', totals);
    expect(failures.join('\n\n')).toBe('');
  },
);
