import type { BenchWorld } from '../benchmark/bench-world.ts';
import { openTelemetry } from '../benchmark/telemetry.ts';
import type { PolicyView } from '../policies/policy.ts';

/** What is true of a rollout at a moment, as only a simulation knows it. */
export interface Truth {
  /** 1: harmful, and so at this moment; null: harmful, but it does not show yet, so it is no example of anything. */
  readonly label: 0 | 1 | null;
  readonly isSharedIncident: 0 | 1;
  readonly isDataFault: 0 | 1;
  /** The scenario's title, for harm. */
  readonly harmType: string | null;
}

/** Follows a run and says what is true of it. */
export interface WorldTruth {
  /** Takes note of a tick; asked for each, in order. */
  follow(view: PolicyView): void;
  /** The truth of the minute that began so long after the start. */
  at(startMs: number): Truth;
}

/** What harm does in its first minute is in no sum yet. */
const FIRST_HARM_MS = 60_000;

/** Windows that are missing are missed for so long after a fault. */
const FAULT_MEMORY_MS = 600_000;

/** What goes wrong for both sides in an incident; more or other traffic is none. */
const INCIDENT_METRICS: ReadonlySet<string> = new Set(['errors', 'slow', 'latency']);

/** The truth of a world; harm begins when the change first harms anybody at the coverage that it has. */
export function openWorldTruth(world: BenchWorld): WorldTruth {
  const { scenario, effects, tickMs } = world;
  const { fault } = openTelemetry(world);
  const incidents = effects.filter(({ arm, metric }) => arm === 'both' && INCIDENT_METRICS.has(metric));
  let harmedSinceMs: number | null = null;
  return {
    follow: ({ nowMs, coverage, coverageSinceMs }) => {
      if (harmedSinceMs !== null || scenario.kind !== 'harmful') return;
      const tick = Math.round(nowMs / tickMs) - 1;
      const isHarmed = world.harmAt({ tick, coverage, raisedAtMs: coverageSinceMs }).some((harm) => harm > 0);
      if (isHarmed) harmedSinceMs = tick * tickMs;
    },
    at: (startMs) => {
      const moment = { sinceStartMs: startMs, sinceStepMs: startMs, coverage: 0 };
      const isFaulty = fault !== null && startMs >= fault.fromMs && startMs < fault.untilMs + FAULT_MEMORY_MS;
      const isHarmful = harmedSinceMs !== null && startMs >= harmedSinceMs + FIRST_HARM_MS;
      return {
        label: scenario.kind !== 'harmful' ? 0 : isHarmful ? 1 : null,
        isSharedIncident: incidents.some(({ strengthAt }) => strengthAt(moment) > 0) ? 1 : 0,
        isDataFault: scenario.kind === 'dataFault' && isFaulty ? 1 : 0,
        harmType: isHarmful ? scenario.title : null,
      };
    },
  };
}
