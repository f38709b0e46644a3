import { SHARE_TOTAL } from '../../domain/index.ts';
import { type AbsoluteLimits, areKept, USUAL_LIMITS } from './arms/absolute-limits.ts';
import { dropRepeats } from './arms/drop-repeats.ts';
import { recentSums, type Watched } from './arms/recent-sums.ts';
import { aPeer } from './peer.ts';
import type { PolicyMove, PolicyView } from './policy.ts';
import { dueEvery } from './ramp/due-every.ts';
import { complete, hold, moveTo, rollback } from './ramp/moves.ts';
import { type Rule, runOf } from './rule.ts';
import { speedsOf } from './speeds.ts';
import { combinations } from './tuning-grid.ts';

/** Settings of a deployment strategy and of the alarm that may take it back. */
export interface AppConfigSettings {
  readonly growth: 'linear' | 'exponential';
  /** G, out of SHARE_TOTAL. */
  readonly growthFactor: number;
  readonly durationMs: number;
  readonly bakeMs: number;
  readonly alarm: Alarm;
}

/** An alarm on periods: it rings after so many breaching ones in a row. */
export interface Alarm {
  readonly limits: AbsoluteLimits;
  readonly watched: Watched;
  readonly periodMs: number;
  readonly periods: number;
}

/**
 * AWS AppConfig (user guide, "Working with deployment strategies"): coverage by the clock, and all of it taken back
 * when an alarm rings during the deployment or the bake time after it.
 *
 * The first step comes after the first interval. A period without data neither breaches nor calms the alarm.
 */
export function appConfig(settings: AppConfigSettings): Rule {
  const steps = stepsOf(settings);
  const { durationMs, bakeMs, alarm } = settings;
  const advance = (view: PolicyView): PolicyMove => {
    if (view.nowMs >= durationMs + bakeMs) return complete('deployed and baked');
    const done = Math.min(steps.length, Math.floor((view.nowMs * steps.length) / durationMs));
    const planned = done === 0 ? 0 : steps[done - 1]!;
    return planned > view.coverage ? moveTo(planned, 'as planned') : WAITING;
  };
  return {
    firstCoverage: 0,
    start() {
      const isRinging = alarmOf(alarm);
      return runOf((view) => (isRinging(view) ? rollback('the alarm rings') : advance(view)));
    },
  };
}

const WAITING = hold('between steps');

/** Coverages of the steps, evenly spread over the deployment: G, 2G, 3G, … or G·2⁰, G·2¹, G·2², … */
export function stepsOf({ growth, growthFactor }: AppConfigSettings): readonly number[] {
  const steps: number[] = [];
  for (let step = growthFactor; step < SHARE_TOTAL; step = growth === 'linear' ? step + growthFactor : step * 2) {
    steps.push(step);
  }
  return [...steps, SHARE_TOTAL];
}

function alarmOf({ limits, watched, periodMs, periods }: Alarm): (view: PolicyView) => boolean {
  const onlyNew = dropRepeats();
  const recent = recentSums(periodMs, watched);
  const isDue = dueEvery(periodMs);
  let breaching = 0;
  return (view) => {
    recent.add(view.nowMs, onlyNew(view.windows));
    if (isDue(view.nowMs)) {
      const isCalm = areKept(limits, recent.sums);
      if (isCalm !== null) breaching = isCalm ? 0 : breaching + 1;
    }
    return breaching >= periods;
  };
}

const MINUTE_MS = 60_000;

/** What a service has anyway: its own objectives over all of its traffic, three minutes in a row. */
const SERVICE_ALARM: Alarm = { limits: USUAL_LIMITS, watched: 'everything', periodMs: MINUTE_MS, periods: 3 };

/** AppConfig.Linear20PercentEvery6Minutes. */
const LINEAR: AppConfigSettings = {
  growth: 'linear',
  growthFactor: 20_000,
  durationMs: 30 * MINUTE_MS,
  bakeMs: 30 * MINUTE_MS,
  alarm: SERVICE_ALARM,
};

/** AppConfig.Canary10Percent20Minutes. */
const EXPONENTIAL: AppConfigSettings = {
  growth: 'exponential',
  growthFactor: 10_000,
  durationMs: 20 * MINUTE_MS,
  bakeMs: 10 * MINUTE_MS,
  alarm: SERVICE_ALARM,
};

const CHOICES = {
  durationMs: [20, 30, 60, 180, 360].map((minutes) => minutes * MINUTE_MS),
  bakeMs: [30 * MINUTE_MS, 180 * MINUTE_MS],
  alarm: [0.01, 0.02, 0.03].flatMap((maxErrorShare) =>
    (['treatment', 'everything'] as const).map((watched) => ({
      ...SERVICE_ALARM,
      watched,
      limits: { maxErrorShare, maxSlowShare: 0.05 },
    })),
  ),
};

const SPEEDS = speedsOf<AppConfigSettings>(
  [10, 20, 60, 180, 360].map((minutes) => ({ durationMs: minutes * MINUTE_MS })),
);

/** AppConfig's linear strategy, as a peer. */
export const APP_CONFIG_LINEAR = aPeer({
  name: 'appconfig-linear',
  family: 'peer',
  rule: appConfig,
  shipped: LINEAR,
  tuningGrid: combinations(LINEAR, CHOICES),
  speeds: SPEEDS,
});

/** AppConfig's exponential strategy, as a peer. */
export const APP_CONFIG_EXPONENTIAL = aPeer({
  name: 'appconfig-exponential',
  family: 'peer',
  rule: appConfig,
  shipped: EXPONENTIAL,
  tuningGrid: combinations(EXPONENTIAL, { ...CHOICES, growthFactor: [2_000, 10_000] }),
  speeds: SPEEDS,
});
