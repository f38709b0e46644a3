import type { Checkpoint, CheckpointNow } from './approval.ts';
import type { RolloutPhase } from './rollout.ts';

/** A day of the week, as in a freeze that comes again. */
export const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

/** Time that comes again every week, by the clocks of a place. */
export interface WeeklyTime {
  /** Days on which it begins. */
  readonly days: readonly (typeof WEEKDAYS)[number][];
  /** Local time such as "16:00". */
  readonly from: string;
  /** Local time, "24:00" for the end of the day; not after `from`: on the next day. */
  readonly to: string;
  /** IANA name, such as "Europe/Berlin". */
  readonly timeZone: string;
}

/** Time in which rollouts of an environment do not go forward: once, between two instants, or every week. */
export interface Freeze {
  readonly name: string;
  readonly reason: string;
  /** First instant of it, ISO 8601. */
  readonly from?: string;
  /** First instant after it, ISO 8601. */
  readonly until?: string;
  readonly weekly?: WeeklyTime;
  /** Rollouts of these flags, and those listed by name; where neither is said, all. */
  readonly flags?: readonly string[];
  readonly rollouts?: readonly string[];
}

/** What lies around a rollout and may restrict it, as stored. */
export interface Surroundings {
  readonly freezes: readonly Freeze[];
  /** Those that it depends on; null: there is none of this name. */
  readonly dependencies: readonly { readonly rollout: string; readonly phase: RolloutPhase | null }[];
  /** Checkpoints of every rollout of the environment. */
  readonly approvals: readonly Checkpoint[];
  /** Whether somebody else than those who planned and started a rollout has to approve. */
  readonly twoPersonRule: boolean;
  /** Who wrote its plan last; null: not known. */
  readonly plannedBy: string | null;
  /** Who started its newest generation; null: nobody yet. */
  readonly startedBy: string | null;
}

/** A freeze that holds, and when it ends, ms since 1970. */
export interface FreezeNow {
  readonly name: string;
  readonly reason: string;
  readonly untilMs: number;
}

/** What restricts a rollout at the moment of an observation; times are worked out, so that it can be decided again. */
export interface Restrictions {
  readonly freezes: readonly FreezeNow[];
  /** Those that are not completed. */
  readonly dependencies: Surroundings['dependencies'];
  /** Checkpoints that it may not pass yet, the next one first; absent: none. */
  readonly checkpoints?: readonly CheckpointNow[];
}
