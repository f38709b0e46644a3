import { type AbsoluteLimits, areKept, USUAL_LIMITS } from './arms/absolute-limits.ts';
import { dropRepeats } from './arms/drop-repeats.ts';
import { recentSums } from './arms/recent-sums.ts';
import { aPeer } from './peer.ts';
import { atSpeeds, climb, HOURLY, type Ladder } from './ramp/ladder.ts';
import { rollback } from './ramp/moves.ts';
import { type Rule, runOf } from './rule.ts';
import { LADDER_SPEEDS } from './speeds.ts';
import { combinations } from './tuning-grid.ts';

/** Settings of the single limit. */
export interface ThresholdSettings {
  readonly ladder: Ladder;
  readonly limits: AbsoluteLimits;
  /** What a look covers. */
  readonly rangeMs: number;
  /** Requests in the range without which it says nothing. */
  readonly minExposures: number;
}

/** A schedule, and a rollback as soon as the treatment is beyond an absolute limit. */
export function threshold({ ladder, limits, rangeMs, minExposures }: ThresholdSettings): Rule {
  return {
    firstCoverage: ladder.stages[0]!,
    start() {
      const onlyNew = dropRepeats();
      const recent = recentSums(rangeMs, 'treatment');
      return runOf((view) => {
        recent.add(view.nowMs, onlyNew(view.windows));
        const isEnough = recent.sums.exposures >= minExposures;
        return isEnough && areKept(limits, recent.sums) === false ? rollback('beyond the limit') : climb(view, ladder);
      });
    },
  };
}

const SHIPPED: ThresholdSettings = { ladder: HOURLY, limits: USUAL_LIMITS, rangeMs: 300_000, minExposures: 100 };

/** The frame with one absolute limit. */
export const THRESHOLD = aPeer({
  name: 'threshold',
  family: 'frame',
  rule: threshold,
  shipped: SHIPPED,
  tuningGrid: combinations(SHIPPED, {
    ladder: atSpeeds([5, 15, 60]),
    limits: [0.02, 0.03, 0.05].map((maxErrorShare) => ({ maxErrorShare, maxSlowShare: 0.1 })),
    rangeMs: [300_000, 900_000],
  }),
  speeds: LADDER_SPEEDS,
});
