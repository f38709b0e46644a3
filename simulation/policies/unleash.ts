import { type AbsoluteLimits, areKept, USUAL_LIMITS } from './arms/absolute-limits.ts';
import { dropRepeats } from './arms/drop-repeats.ts';
import { recentSums, type Watched } from './arms/recent-sums.ts';
import { aPeer } from './peer.ts';
import { dueEvery } from './ramp/due-every.ts';
import { atSpeeds, climb, HOURLY, type Ladder } from './ramp/ladder.ts';
import { hold, rollback } from './ramp/moves.ts';
import { type Rule, runOf } from './rule.ts';
import { speedsOf } from './speeds.ts';
import { combinations } from './tuning-grid.ts';

/** Settings of a release plan with a safeguard. */
export interface UnleashSettings {
  readonly milestones: Ladder;
  readonly limits: AbsoluteLimits;
  readonly watched: Watched;
  /** What the safeguard's aggregate covers: an hour, a day, a week or a month. */
  readonly timeRangeMs: number;
  readonly onBreach: 'pause' | 'disable';
}

/**
 * Unleash's release plan (Unleash/unleash, schemas of release plans and safeguards): milestones by the clock, and an
 * average beyond an absolute threshold that pauses the plan or disables the flag.
 *
 * There is no control, and a paused plan goes on only when a person says so.
 */
export function unleash({ milestones, limits, watched, timeRangeMs, onBreach }: UnleashSettings): Rule {
  return {
    firstCoverage: milestones.stages[0]!,
    start() {
      const onlyNew = dropRepeats();
      const recent = recentSums(timeRangeMs, watched);
      const isDue = dueEvery(CHECK_MS);
      let isPaused = false;
      return runOf((view) => {
        recent.add(view.nowMs, onlyNew(view.windows));
        if (isPaused) return PAUSED;
        if (isDue(view.nowMs) && areKept(limits, recent.sums) === false) {
          if (onBreach === 'disable') return rollback('the safeguard disabled the flag');
          isPaused = true;
          return PAUSED;
        }
        return climb(view, milestones);
      });
    },
  };
}

const PAUSED = hold('the safeguard paused the plan');
const CHECK_MS = 60_000;

const SHIPPED: UnleashSettings = {
  milestones: HOURLY,
  limits: USUAL_LIMITS,
  watched: 'everything',
  timeRangeMs: 3_600_000,
  onBreach: 'pause',
};

/** Unleash, as a peer; its thresholds and intervals have no defaults, so they are those of the other peers. */
export const UNLEASH = aPeer({
  name: 'unleash',
  family: 'peer',
  rule: unleash,
  shipped: SHIPPED,
  tuningGrid: combinations(SHIPPED, {
    milestones: atSpeeds([5, 10, 15, 30, 60]),
    limits: [0.01, 0.02, 0.03].map((maxErrorShare) => ({ maxErrorShare, maxSlowShare: 0.05 })),
    watched: ['treatment', 'everything'],
    onBreach: ['pause', 'disable'],
  }),
  speeds: speedsOf<UnleashSettings>(atSpeeds([2, 5, 15, 30, 60, 120]).map((milestones) => ({ milestones }))),
});
