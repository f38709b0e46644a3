import { COUNT_TEST_GRID, COUNT_TEST_SHIPPED, type CountTestSettings, countTest } from './count-test.ts';
import { aPeer } from './peer.ts';
import type { Rule } from './rule.ts';
import { LADDER_SPEEDS } from './speeds.ts';
import { logLindonMalek } from './statistics/lindon-malek.ts';

/** A schedule watched by the two-sided test of Lindon & Malek; only harm leads to a rollback. */
export function lindonMalekTest(settings: CountTestSettings): Rule {
  return countTest(settings, logLindonMalek);
}

/** The frame with the two-sided sequential test. */
export const LINDON_MALEK_TEST = aPeer({
  name: 'lindon-malek',
  family: 'frame',
  rule: lindonMalekTest,
  shipped: COUNT_TEST_SHIPPED,
  tuningGrid: COUNT_TEST_GRID,
  speeds: LADDER_SPEEDS,
});
