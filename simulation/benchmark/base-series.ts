import { type Draws, seededDraws } from '../draws.ts';
import type { Rhythm } from '../rhythm.ts';
import { rhythmFrom, type Traces } from '../traces.ts';

const HOUR_MINUTES = 60;

/** Day and half-day swings, noise of a memory of minutes, and rare bursts, of one series; sizes are on the log scale. */
interface SeriesShape {
  readonly day: number;
  readonly halfDay: number;
  readonly noise: number;
  readonly burstsPerDay: number;
  readonly burstFactor: number;
  readonly isWeekly: boolean;
  readonly limits: readonly [number, number];
}

const LOAD: SeriesShape = {
  day: 0.45,
  halfDay: 0.15,
  noise: 0.06,
  burstsPerDay: 2,
  burstFactor: 1.5,
  isWeekly: true,
  limits: [0.05, 6],
};
const ERRORS: SeriesShape = {
  day: 0.2,
  halfDay: 0.1,
  noise: 0.15,
  burstsPerDay: 3,
  burstFactor: 2.5,
  isWeekly: false,
  limits: [0.2, 8],
};
const SLOWNESS: SeriesShape = {
  day: 0.1,
  halfDay: 0.05,
  noise: 0.05,
  burstsPerDay: 2,
  burstFactor: 1.3,
  isWeekly: false,
  limits: [0.3, 4],
};

/** How a world's service goes up and down: slices of real series where there are any, synthetic ones otherwise. */
export function baseSeries(seed: number, minutes: number, traces: Traces | undefined): Rhythm {
  const draws = seededDraws(seed, SERIES_STREAM);
  if (traces !== undefined) return rhythmFrom(traces, minutes, draws);
  const startMinute = Math.floor(draws.uniform() * 7 * 24 * HOUR_MINUTES);
  const [load, errors, slowness] = [LOAD, ERRORS, SLOWNESS].map((shape) =>
    series(shape, { minutes, startMinute }, draws),
  );
  const at = (factors: Float64Array) => (minute: number) => factors[Math.min(minutes - 1, Math.floor(minute))]!;
  return { load: at(load!), errors: at(errors!), slowness: at(slowness!) };
}

const SERIES_STREAM = 0x5e;

/** Memory of the noise. */
const NOISE_MINUTES = 20;
const BURST_MINUTES = 8;
const WEEKEND_FACTOR = 0.7;

function series(
  shape: SeriesShape,
  { minutes, startMinute }: { readonly minutes: number; readonly startMinute: number },
  draws: Draws,
): Float64Array {
  const [dayPhase, halfDayPhase] = [draws.uniform(), draws.uniform()];
  const kept = Math.exp(-1 / NOISE_MINUTES);
  let [noise, burst] = [draws.normal(), 0];
  return Float64Array.from({ length: minutes }, (_, index) => {
    const day = (startMinute + index) / (24 * HOUR_MINUTES);
    noise = noise * kept + draws.normal() * Math.sqrt(1 - kept * kept);
    burst *= Math.exp(-1 / BURST_MINUTES);
    if (draws.uniform() < shape.burstsPerDay / (24 * HOUR_MINUTES)) burst = draws.uniform();
    const isWeekend = shape.isWeekly && Math.floor(day) % 7 >= 5;
    const swing = shape.day * wave(day + dayPhase) + shape.halfDay * wave(2 * day + halfDayPhase);
    const log = swing + shape.noise * noise + burst * Math.log(shape.burstFactor);
    return limited(Math.exp(log) * (isWeekend ? WEEKEND_FACTOR : 1), shape.limits);
  });
}

function wave(turns: number): number {
  return Math.sin(2 * Math.PI * turns);
}

function limited(value: number, [least, most]: readonly [number, number]): number {
  return Math.min(most, Math.max(least, value));
}
