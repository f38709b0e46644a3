/** How a service's traffic and troubles go up and down, the same for everybody; minutes since the start of the run. */
export interface Rhythm {
  /** Factor on the load. */
  load(minute: number): number;
  /** Factor on everything that goes wrong. */
  errors(minute: number): number;
  /** Factor on every duration. */
  slowness(minute: number): number;
}

const DAY_MINUTES = 1440;

/** Load and error rate of a day, out of step with each other: each swings by half around its mean. */
export const DIURNAL: Rhythm = {
  load: (minute) => 1 + 0.5 * Math.sin((2 * Math.PI * (minute + 300)) / DAY_MINUTES),
  errors: (minute) => 1 + 0.5 * Math.sin((2 * Math.PI * minute) / DAY_MINUTES),
  slowness: () => 1,
};

/** Trouble of the whole service, treatment and control alike. */
export interface Incident {
  readonly fromMinute: number;
  readonly minutes: number;
  readonly errorFactor: number;
  readonly slowness: number;
}

/** A rhythm with incidents on top. */
export function withIncidents(rhythm: Rhythm, incidents: readonly Incident[]): Rhythm {
  const at = (minute: number) =>
    incidents.find(({ fromMinute, minutes }) => minute >= fromMinute && minute < fromMinute + minutes);
  return {
    load: rhythm.load,
    errors: (minute) => rhythm.errors(minute) * (at(minute)?.errorFactor ?? 1),
    slowness: (minute) => rhythm.slowness(minute) * (at(minute)?.slowness ?? 1),
  };
}
