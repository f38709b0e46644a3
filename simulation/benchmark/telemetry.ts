import type { ArmWindow, PolicyWindow } from '../policies/policy.ts';
import type { BenchWorld } from './bench-world.ts';
import { binomialQuantile } from './count-quantiles.ts';
import { drawQuantity } from './draw-quantity.ts';
import { type KeyedUniform, STREAM } from './keyed-uniforms.ts';
import type { Quantity, Scenario, ScenarioFault } from './scenario-schema.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** What applies where a scenario says nothing. */
const USUAL_TELEMETRY = {
  delaySeconds: 15,
  lateShare: 0.01,
  missingShare: { uniform: [0, 0.02] },
  duplicateShare: 0.001,
} as const satisfies Readonly<Record<string, unknown>>;

/** A late window is at least so late, and a memoryless time more. */
const LATE_MS = 120_000;
const LATE_MEAN_MS = 60_000;

/** When telemetry is broken: half-open, ms since the start. */
export interface FaultSpan {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** What carries windows from a world to a policy. */
export interface Telemetry {
  /** null where nothing is ever broken. */
  readonly fault: FaultSpan | null;
  /** Sends what a tick showed. */
  send(tick: number, window: PolicyWindow): void;
  /** What arrived in a tick, by start; asked for once each, in order. */
  receive(tick: number): readonly PolicyWindow[];
}

/** A fault with everything drawn. */
interface Fault extends FaultSpan {
  readonly kind: ScenarioFault['kind'];
  readonly share: number;
  readonly minutes: number;
}

/** The telemetry of one run in a world. */
export function openTelemetry({ scenario, uniform, tickMs, ticks }: BenchWorld): Telemetry {
  const habits = drawHabits(scenario, uniform);
  const faults = drawFaults(scenario, uniform);
  const inbox: PolicyWindow[][] = Array.from({ length: ticks }, () => []);
  return {
    fault: spanOf(faults),
    send: (tick, window) => {
      const u = (stream: number, index: number) => uniform(stream, tick, index);
      const startMs = tick * tickMs;
      const active = faults.filter(({ fromMs, untilMs }) => startMs >= fromMs && startMs < untilMs);
      if (u(STREAM.missing, 0) < habits.missingShare || active.some(({ kind }) => kind === 'outage')) return;
      const seen = active.reduce((sum, fault) => distort(sum, fault, u), window);
      const copies = active.find(({ kind }) => kind === 'duplicates')?.share ?? habits.duplicateShare;
      for (let copy = 0; copy < (u(STREAM.duplicate, 0) < copies ? 2 : 1); copy += 1) {
        const arrival = Math.ceil((startMs + tickMs + delayOf(habits, u, copy)) / tickMs) - 1;
        inbox[arrival]?.push(seen);
      }
    },
    receive: (tick) => inbox[tick]!.sort((a, b) => a.startMs - b.startMs),
  };
}

type Habits = Readonly<Record<keyof typeof USUAL_TELEMETRY, number>>;

function drawHabits({ telemetry = {} }: Scenario, uniform: KeyedUniform): Habits {
  const names = Object.keys(USUAL_TELEMETRY) as (keyof typeof USUAL_TELEMETRY)[];
  return Object.fromEntries(
    names.map((name, index) => [
      name,
      drawQuantity(telemetry[name] ?? (USUAL_TELEMETRY[name] as unknown as Quantity), uniform(STREAM.base, 2, index)),
    ]),
  ) as Habits;
}

function drawFaults({ faults = [] }: Scenario, uniform: KeyedUniform): readonly Fault[] {
  return faults.map((written, index) => {
    const u = (what: number) => uniform(STREAM.base, 3 + index, what);
    const choices = [written].flat();
    const { kind, share = 0, minutes = 0, onsetHours = 0, durationHours } = choices[Math.floor(u(0) * choices.length)]!;
    const fromMs = drawQuantity(onsetHours, u(1)) * HOUR_MS;
    const lastsMs =
      durationHours === undefined ? Number.POSITIVE_INFINITY : drawQuantity(durationHours, u(2)) * HOUR_MS;
    return {
      kind,
      share: drawQuantity(share, u(3)),
      minutes: drawQuantity(minutes, u(4)),
      fromMs,
      untilMs: fromMs + lastsMs,
    };
  });
}

function spanOf(faults: readonly Fault[]): FaultSpan | null {
  if (faults.length === 0) return null;
  return {
    fromMs: Math.min(...faults.map(({ fromMs }) => fromMs)),
    untilMs: Math.max(...faults.map(({ untilMs }) => untilMs)),
  };
}

function delayOf(
  { delaySeconds, lateShare }: Habits,
  u: (stream: number, index: number) => number,
  copy: number,
): number {
  const usualMs = -Math.log(u(STREAM.delay, copy)) * delaySeconds * 1_000;
  return u(STREAM.lateness, copy) < lateShare
    ? LATE_MS - Math.log(u(STREAM.lateness, 2 + copy)) * LATE_MEAN_MS
    : usualMs;
}

/** What a fault makes of a window. */
function distort(window: PolicyWindow, fault: Fault, u: (stream: number, index: number) => number): PolicyWindow {
  const shiftMs = Math.round(fault.minutes) * MINUTE_MS;
  switch (fault.kind) {
    case 'skew':
      return { ...window, startMs: window.startMs + shiftMs, endMs: window.endMs + shiftMs };
    case 'lostErrors':
      return {
        ...window,
        treatment: withoutErrors(
          window.treatment,
          binomialQuantile(u(STREAM.loss, 0), window.treatment.errors, fault.share),
        ),
      };
    case 'lostExposures':
      return thinned(window, fault.share, (index) => u(STREAM.loss, index));
    case 'outage':
    case 'duplicates':
      return window;
  }
}

function withoutErrors(arm: ArmWindow, lost: number): ArmWindow {
  return { ...arm, errors: arm.errors - lost };
}

/** The same window with each request of the treatment lost with a probability; what was spent is lost in proportion. */
function thinned(
  { treatment, segments, ...window }: PolicyWindow,
  share: number,
  u: (index: number) => number,
): PolicyWindow {
  const kept = (count: number, index: number) => count - binomialQuantile(u(index), count, share);
  const parts = Object.entries(segments).map(([name, { treatment: part, control }], k) => {
    const exposures = kept(part.exposures, 2 * k);
    return [
      name,
      { treatment: { exposures, errors: Math.min(exposures, kept(part.errors, 2 * k + 1)) }, control },
    ] as const;
  });
  const exposures = parts.reduce((sum, [, { treatment: part }]) => sum + part.exposures, 0);
  const part = treatment.exposures === 0 ? 0 : exposures / treatment.exposures;
  const durations = shrunk(treatment.durations, exposures);
  return {
    ...window,
    treatment: {
      exposures,
      errors: parts.reduce(
        (
          sum,
          [
            ,
            {
              treatment: { errors },
            },
          ],
        ) => sum + errors,
        0,
      ),
      slow: Math.min(exposures, Math.round(treatment.slow * part)),
      durations,
      conversions: Math.min(exposures, Math.round(treatment.conversions * part)),
      revenue: { sum: treatment.revenue.sum * part, sumOfSquares: treatment.revenue.sumOfSquares * part },
    },
    segments: Object.fromEntries(parts),
  };
}

/** Counts that sum to `total`, each in proportion to what it was: rounding errors are carried on, so that none is lost. */
function shrunk(counts: Readonly<Record<string, number>>, total: number): Readonly<Record<string, number>> {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  let [seen, given] = [0, 0];
  const shares = Object.entries(counts).map(([bin, count]) => {
    seen += count;
    const upTo = Math.round((seen / all) * total);
    const part = upTo - given;
    given = upTo;
    return [bin, part] as const;
  });
  return Object.fromEntries(shares.filter(([, count]) => count > 0));
}
