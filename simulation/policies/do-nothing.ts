import { aPeer } from './peer.ts';
import { hold } from './ramp/moves.ts';
import { type Rule, runOf } from './rule.ts';

/** Never serves anybody: no harm, and no progress. */
export function doNothing(): Rule {
  const nothing = hold('nothing is ever done');
  return { firstCoverage: 0, start: () => runOf(() => nothing) };
}

/** The frame that does no harm. */
export const DO_NOTHING = aPeer({
  name: 'do-nothing',
  family: 'frame',
  rule: doNothing,
  shipped: {},
  tuningGrid: [],
  speeds: [],
});
