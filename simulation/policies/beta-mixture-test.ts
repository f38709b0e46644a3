import { COUNT_TEST_GRID, COUNT_TEST_SHIPPED, type CountTestSettings, countTest } from './count-test.ts';
import { aPeer } from './peer.ts';
import type { Rule } from './rule.ts';
import { LADDER_SPEEDS } from './speeds.ts';
import { logBetaMixture } from './statistics/beta-mixture.ts';

/** A schedule watched by the one-sided Beta mixture. */
export function betaMixtureTest(settings: CountTestSettings): Rule {
  return countTest(settings, logBetaMixture);
}

/** The frame with the textbook's one-sided sequential test. */
export const BETA_MIXTURE_TEST = aPeer({
  name: 'beta-mixture',
  family: 'frame',
  rule: betaMixtureTest,
  shipped: COUNT_TEST_SHIPPED,
  tuningGrid: COUNT_TEST_GRID,
  speeds: LADDER_SPEEDS,
});
