import { describe, expect, it } from 'vitest';
import { describeRun, runSeed } from '../../../simulation/control-plane/index.ts';
import { PLANTS } from './planted/index.ts';
import { REAL_PARTS } from './real-parts.ts';
import { findFailure } from './run-seeds.ts';

describe('the simulation finds', () => {
  it.each(PLANTS)(
    '$name, within $withinSeeds seeds, and again with the same seed',
    async ({ parts: planted, finds, withinSeeds }) => {
      const options = { parts: { ...REAL_PARTS, ...planted } };
      const found = await findFailure(withinSeeds, options, ({ violations }) =>
        violations.some(({ invariant }) => finds.includes(invariant)),
      );
      expect(found).toBeDefined();
      const again = await runSeed(found!.seed, options);
      expect(describeRun(again)).toBe(describeRun(found!));
      expect(describeRun(again)).toMatch(new RegExp(`^seed ${found!.seed}\n`));
    },
  );

  it('at least twelve different bugs', () => {
    expect(new Set(PLANTS.map(({ name }) => name)).size).toBeGreaterThanOrEqual(12);
  });
});
