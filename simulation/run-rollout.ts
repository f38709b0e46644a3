import { decide, type Observation, type Outcome } from '../controller/index.ts';
import type { Rollout } from '../domain/index.ts';
import type { Ramp } from './ramps.ts';
import { START_MS } from './rollouts.ts';
import type { WindowDraw } from './world.ts';

/** When each alarm first rang in one run, in minutes; null where it never did. */
export type Alarms = Readonly<Record<string, number | null>>;

/** One run of a rollout: real decisions on drawn windows. */
export interface SimulatedRun {
  readonly rollout: Rollout;
  readonly draw: WindowDraw;
  readonly ramp: Ramp;
  readonly minutes: number;
  /** The alarms that ring after a window. */
  readonly ringing: (outcome: Outcome) => Readonly<Record<string, boolean>>;
  /** Whether the run is over before its time. */
  readonly isOver: (alarms: Alarms, outcome: Outcome) => boolean;
}

/** Plays a run to its end. */
export function runRollout({ rollout, draw, ramp, minutes, ringing, isOver }: SimulatedRun): Alarms {
  const { windowMs } = rollout.definition;
  const alarms: Record<string, number | null> = {};
  let { state } = rollout;
  let evidence: Observation['evidence'] = null;
  for (let startMs = START_MS; startMs < START_MS + minutes * 60_000; startMs += windowMs) {
    const closed = draw({ startMs, minute: (startMs - START_MS) / 60_000, coverage: state.coverage });
    const outcome: Outcome = decide({
      nowMs: closed.endMs,
      rollout: { ...rollout, state },
      evidence,
      closedThroughMs: closed.endMs,
      windows: [closed],
      quarantinedSources: [],
      lateShare: 0,
    });
    evidence = outcome.evidence;
    const minute = (closed.endMs - START_MS) / 60_000;
    for (const [alarm, rings] of Object.entries(ringing(outcome))) alarms[alarm] ??= rings ? minute : null;
    if (isOver(alarms, outcome)) break;
    const coverage = ramp({ outcome, coverage: state.coverage, minute });
    if (coverage !== state.coverage) state = { ...state, coverage, coverageSinceMs: closed.endMs };
  }
  return alarms;
}
