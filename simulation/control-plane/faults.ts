import type { Choices } from './choices.ts';
import type { Machine } from './machine.ts';
import type { Trace } from './trace.ts';
import type { VirtualTime } from './virtual-time.ts';
import type { Climate, Weather } from './weather.ts';

/** Things that happen to machines and to the database as a whole. */
const FAULTS = ['crash', 'stop', 'clock', 'cut', 'databaseAway'] as const;

/** One of them. */
export type Fault = (typeof FAULTS)[number];

const MAX_CUT_MS = 25_000;
const MAX_AWAY_MS = 12_000;
const MAX_CLOCK_STEP_MS = 15_000;

/** Which faults a run has, and how hard it is. */
export interface Season {
  readonly climate: Climate;
  readonly faults: readonly Fault[];
  /** Mean time between two of them. */
  readonly intervalMs: number;
  /** How much of its time a claim really lasts: no promise rests on claims. */
  readonly claimShare: number;
}

/** A season of a seed's choosing: some have nearly everything, some one thing only, so that nothing hides the rest. */
export function drawSeason(choices: Choices): Season {
  const often = (most: number) => (choices.chance(0.5) ? choices.uniform() * most : 0);
  return {
    climate: {
      latencyMs: choices.pick([8, 60, 400]),
      delay: often(0.02),
      loss: often(0.05),
      stop: often(0.004),
      crash: often(0.004),
      stopWithDecision: choices.pick([0, 0, 0.25, 0.6]),
      crashWithDecision: often(0.1),
    },
    faults: FAULTS.filter(() => choices.chance(0.5)),
    intervalMs: choices.between(3_000, 12_000),
    claimShare: choices.pick([1, 0]),
  };
}

/** Where faults strike. */
export interface FaultParts {
  readonly time: VirtualTime;
  readonly choices: Choices;
  readonly trace: Trace;
  readonly weather: Weather;
  readonly machines: readonly Machine[];
}

/** Lets faults strike until the weather heals. */
export function startFaults({ faults, intervalMs }: Season, parts: FaultParts): void {
  const { time, choices, weather } = parts;
  if (faults.length === 0) return;
  const next = () =>
    time.after(choices.between(500, 2 * intervalMs), () => {
      if (time.nowMs() >= weather.healsAtMs) return;
      strike(choices.pick(faults), parts);
      next();
    });
  next();
}

function strike(fault: Fault, { time, choices, trace, weather, machines }: FaultParts): void {
  const machine = choices.pick(machines);
  switch (fault) {
    case 'crash':
      if (machine.isUp) weather.crash(machine);
      return;
    case 'stop':
      weather.stop(machine);
      return;
    case 'clock':
      machine.clockAheadMs = choices.between(-MAX_CLOCK_STEP_MS, MAX_CLOCK_STEP_MS);
      trace.note(machine.name, `has a clock that is ${machine.clockAheadMs} ms ahead`);
      return;
    case 'cut':
      machine.cutOffUntilMs = weather.endWithin(MAX_CUT_MS);
      trace.note(machine.name, `does not reach the database for ${machine.cutOffUntilMs - time.nowMs()} ms`);
      return;
    case 'databaseAway':
      weather.databaseAwayUntilMs = weather.endWithin(MAX_AWAY_MS);
      trace.note('database', `is away for ${weather.databaseAwayUntilMs - time.nowMs()} ms`);
  }
}
