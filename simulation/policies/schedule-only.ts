import { aPeer } from './peer.ts';
import { atSpeeds, climb, HOURLY, type Ladder } from './ramp/ladder.ts';
import { type Rule, runOf } from './rule.ts';
import { LADDER_SPEEDS } from './speeds.ts';

/** Settings of the schedule. */
export interface ScheduleSettings {
  readonly ladder: Ladder;
}

/** Climbs by the clock and never looks. */
export function scheduleOnly({ ladder }: ScheduleSettings): Rule {
  return { firstCoverage: ladder.stages[0]!, start: () => runOf((view) => climb(view, ladder)) };
}

/** The frame without eyes. */
export const SCHEDULE_ONLY = aPeer({
  name: 'schedule-only',
  family: 'frame',
  rule: scheduleOnly,
  shipped: { ladder: HOURLY },
  tuningGrid: atSpeeds([2, 5, 15, 30, 60, 120]).map((ladder) => ({ ladder })),
  speeds: LADDER_SPEEDS,
});
