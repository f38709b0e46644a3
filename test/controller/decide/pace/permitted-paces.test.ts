import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paceDwellMs, paceTarget } from '../../../../controller/decide/pace/pace-in-plan.ts';
import { permittedPaces } from '../../../../controller/decide/pace/permitted-paces.ts';
import { PACES } from '../../../../models/index.ts';
import { aDefinition } from '../builders.ts';

const named = (plan: Parameters<typeof aDefinition>[0]) =>
  permittedPaces(aDefinition(plan)).map(({ pace, ...numbers }) => `${pace} ${Object.values(numbers).join(' ')}`);

describe('the paces that a plan permits', () => {
  it('are its own and the slower ones, where it names no shortest dwell', () => {
    expect(named({})).toEqual(['asPlanned 1 1 0', 'veryCautious 1.5 6 0', 'cautious 1.2 3 0']);
  });

  it('are all of them where it does, no quicker than that and the burn-in', () => {
    expect(named({ shortestDwellMs: 210_000, maxStepFactor: 20 })).toEqual([
      'asPlanned 1 1 0',
      'veryCautious 1.5 6 0',
      'cautious 1.2 3 0',
      'fast 0.75 0.75 0',
      'aggressive 0.7 0.7 1',
    ]);
    expect(named({ shortestDwellMs: 60_000, burnInMs: 240_000 }).slice(3)).toEqual(['fast 0.8 0.8 0']);
  });

  it('are one where they come out the same', () => {
    const stages = [20_000, 50_000, 95_000].map((coverage) => ({ coverage, dwellMs: 300_000 }));
    expect(named({ stages, shortestDwellMs: 290_000 }).slice(3)).toEqual([
      expect.stringMatching(/^fast 0\.9\d* 0\.9\d* 0$/),
    ]);
  });

  it('skip as many stages as one move may leave behind', () => {
    const skipped = (maxStepFactor: number) =>
      permittedPaces(aDefinition({ shortestDwellMs: 210_000, maxStepFactor })).at(-1);
    expect(skipped(20)).toMatchObject({ pace: 'aggressive', skippedStages: 1 });
    expect(skipped(2)).toMatchObject({ pace: 'aggressive', skippedStages: 0 });
  });

  it('never stay shorter than the plan permits, nor leave out more than one stage, nor one on the way past one half', () => {
    const plans = fc.record({
      coverages: fc.uniqueArray(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 8 }),
      dwellMs: fc.integer({ min: 0, max: 7_200_000 }),
      shortestDwellMs: fc.option(fc.integer({ min: 0, max: 7_200_000 }), { nil: undefined }),
      burnInMs: fc.integer({ min: 0, max: 3_600_000 }),
      maxStepFactor: fc.double({ min: 1.01, max: 50, noNaN: true }),
    });
    fc.assert(
      fc.property(plans, ({ coverages, dwellMs, shortestDwellMs, ...others }) => {
        const stages = coverages.sort((a, b) => a - b).map((coverage) => ({ coverage, dwellMs }));
        const plan = aDefinition({ ...others, stages, ...(shortestDwellMs === undefined ? {} : { shortestDwellMs }) });
        const permitted = permittedPaces(plan);
        expect(permitted[0]).toEqual({ pace: 'asPlanned', dwellFactor: 1, halfFactor: 1, skippedStages: 0 });
        for (const pace of PACES.filter(({ pace: name }) => permitted.some((one) => one.pace === name)))
          for (const [index, stage] of stages.entries()) {
            expect(paceDwellMs(plan, pace, stage)).toBeGreaterThanOrEqual(
              Math.min(dwellMs, shortestDwellMs ?? dwellMs),
            );
            const target = paceTarget(plan, pace, stage.coverage);
            expect(target).toBeLessThanOrEqual(stages[Math.min(index + 2, stages.length - 1)]!.coverage);
            if (target > 50_000) expect(target).toBe(stages[Math.min(index + 1, stages.length - 1)]!.coverage);
          }
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});
