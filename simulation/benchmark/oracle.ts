import { SHARE_TOTAL } from '../../domain/index.ts';
import type { Policy } from '../policies/policy.ts';
import { openBenchWorld, type WorldOptions } from './bench-world.ts';
import type { Scenario } from './scenario-schema.ts';

/**
 * The policy that knows the world of a seed: all at once where that harms nobody, otherwise the largest coverage that
 * never does, in steps of a thousandth; the rollout is taken back at once where there is none.
 */
export function oracleOf(scenario: Scenario, seed: number, options: WorldOptions = {}): Policy {
  const coverage = largestHarmless(scenario, seed, options);
  return {
    name: 'oracle',
    family: 'frame',
    setting: 'tuned',
    firstCoverage: coverage,
    start: () => ({
      step: () => {
        if (coverage === SHARE_TOTAL) return { action: 'complete', reason: 'it is known to be sound' };
        if (coverage === 0) return { action: 'rollback', reason: 'it is known to do harm' };
        return { action: 'hold', reason: 'it is known to do harm above this' };
      },
    }),
  };
}

const STEP = SHARE_TOTAL / 1_000;

function largestHarmless(scenario: Scenario, seed: number, options: WorldOptions): number {
  const world = openBenchWorld(scenario, seed, options);
  const isHarmless = (coverage: number) => {
    for (let tick = 0; tick < world.ticks; tick += 1) {
      if (world.harmAt({ tick, coverage, raisedAtMs: 0 }).some((harm) => harm > 0)) return false;
    }
    return true;
  };
  let [harmless, harmful] = [0, SHARE_TOTAL / STEP + 1];
  while (harmful - harmless > 1) {
    const middle = Math.floor((harmless + harmful) / 2);
    if (isHarmless(middle * STEP)) harmless = middle;
    else harmful = middle;
  }
  return harmless * STEP;
}
