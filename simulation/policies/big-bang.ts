import { SHARE_TOTAL } from '../../domain/index.ts';
import { aPeer } from './peer.ts';
import { complete } from './ramp/moves.ts';
import { type Rule, runOf } from './rule.ts';

/** Serves everybody at once. */
export function bigBang(): Rule {
  const everybody = complete('everybody at once');
  return { firstCoverage: SHARE_TOTAL, start: () => runOf(() => everybody) };
}

/** The frame that all harm is measured against. */
export const BIG_BANG = aPeer({
  name: 'big-bang',
  family: 'frame',
  rule: bigBang,
  shipped: {},
  tuningGrid: [],
  speeds: [],
});
