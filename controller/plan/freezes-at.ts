import { type Freeze, type FreezeNow, type RolloutDefinition, WEEKDAYS, type WeeklyTime } from '../../domain/index.ts';
import { instantsOf, localClock } from './local-time.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** The freezes of a calendar that hold for a rollout at a moment, each with its end. */
export function freezesAt(
  calendar: readonly Freeze[],
  rollout: Pick<RolloutDefinition, 'rollout' | 'flag'>,
  nowMs: number,
): readonly FreezeNow[] {
  return calendar
    .filter((freeze) => isAbout(freeze, rollout))
    .flatMap((freeze) => {
      const untilMs = endOf(freeze, nowMs);
      return untilMs === undefined ? [] : [{ name: freeze.name, reason: freeze.reason, untilMs }];
    });
}

function isAbout({ flags, rollouts }: Freeze, { rollout, flag }: Pick<RolloutDefinition, 'rollout' | 'flag'>): boolean {
  if (flags === undefined && rollouts === undefined) return true;
  return (flags?.includes(flag) ?? false) || (rollouts?.includes(rollout) ?? false);
}

/** When a freeze that holds now ends; undefined when it does not hold. */
function endOf({ from, until, weekly }: Freeze, nowMs: number): number | undefined {
  if (weekly !== undefined) return endOfWeekly(weekly, nowMs);
  const [fromMs, untilMs] = [Date.parse(from!), Date.parse(until!)];
  return fromMs <= nowMs && nowMs < untilMs ? untilMs : undefined;
}

/**
 * Begins at the first instant at which clocks show `from`, and ends at the last one at which they show `to`: where clocks
 * are put back in between it is an hour longer, where they are put forward an hour shorter, and never in pieces.
 */
function endOfWeekly({ days, from, to, timeZone }: WeeklyTime, nowMs: number): number | undefined {
  const clock = localClock(timeZone);
  const today = Math.floor(clock.shownAt(nowMs) / DAY_MS);
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  const length = end > begin ? end - begin : end - begin + 24 * 60;
  const ends = [today - 2, today - 1, today, today + 1]
    .filter((day) => days.includes(WEEKDAYS[new Date(day * DAY_MS).getUTCDay()]!))
    .flatMap((day) => {
      const beginShownMs = day * DAY_MS + begin * MINUTE_MS;
      const { firstMs } = instantsOf(clock, beginShownMs);
      const { lastMs } = instantsOf(clock, beginShownMs + length * MINUTE_MS);
      return firstMs <= nowMs && nowMs < lastMs ? [lastMs] : [];
    });
  return ends.length === 0 ? undefined : Math.max(...ends);
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return hours! * 60 + minutes!;
}
