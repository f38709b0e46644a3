import type { Digest } from './data-set-hash.ts';

/** What a rollout is used for: to fit on, to set thresholds by, or to judge by. */
export type DataSetPart = 'fit' | 'calibration' | 'heldOut';

/** Shares of rollouts in each part. */
export interface SplitShares {
  readonly calibration: number;
  readonly heldOut: number;
}

/**
 * The part that a rollout belongs to, for ever and with all of its generations: no other rollout moves it.
 *
 * A data set that grows keeps what was held out, so that a champion was fitted on nothing that its challenger is judged by.
 */
export function partOf(rollout: string, { calibration, heldOut }: SplitShares, digest: Digest): DataSetPart {
  const place = Number.parseInt(digest(`part:${rollout}`).slice(0, 8), 16) / 2 ** 32;
  if (place < heldOut) return 'heldOut';
  return place < heldOut + calibration ? 'calibration' : 'fit';
}
