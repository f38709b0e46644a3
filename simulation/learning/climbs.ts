/** Coverage by the clock: from each of these minutes on so much, in thousandths of a percent; the first is from the start. */
export type Climb = readonly { readonly fromMinute: number; readonly coverage: number }[];

/**
 * What rollouts do whose risk is to be told: the ladder and the plans of few stages, with and without a second look.
 *
 * A model that never saw 95 % would have to guess there what little of control is left shows, and that is where it is asked longest.
 */
const CLIMBS: readonly Climb[] = [
  at([0, 1_000], [12, 3_000], [24, 8_000], [36, 20_000], [52, 50_000]),
  at([0, 1_000], [9, 3_000], [17, 8_000], [25, 20_000], [33, 50_000], [45, 95_000]),
  at([0, 20_000], [7, 50_000], [18, 95_000]),
  at([0, 50_000], [10, 95_000], [60, 50_000], [90, 95_000]),
  at([0, 20_000], [7, 50_000], [14, 95_000], [35, 50_000], [55, 95_000], [240, 50_000], [280, 95_000]),
];

/** The climb of a run by its number; each has its turn. */
export function climbOf(run: number): Climb {
  return CLIMBS[run % CLIMBS.length]!;
}

/** Coverage so many minutes after the start. */
export function coverageOf(climb: Climb, minute: number): number {
  return climb.findLast(({ fromMinute }) => minute >= fromMinute)!.coverage;
}

function at(...steps: readonly (readonly [number, number])[]): Climb {
  return steps.map(([fromMinute, coverage]) => ({ fromMinute, coverage }));
}
