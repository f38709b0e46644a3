import { clustersBy, quantile } from '../../models/index.ts';

/** What control showed while units were treated, of one metric in one window. */
export interface ControlShown {
  readonly startMs: number;
  /** What control's rate or mean would have given the treated units. */
  readonly expected: number;
  readonly treated: number;
}

/** Windows that are looked at together: one alone has too few events. */
const STRETCH_MS = 300_000;

/** An incident lasts for no more than three quarters of what was seen, or nobody could tell what is usual. */
const QUIET_SHARE = 0.25;

/** So many times as much as usual is an incident, and no rhythm of the day. */
const INCIDENT = 2;

/**
 * How many times as much as usual control itself had in the latest windows, where that is an incident; otherwise 1.
 *
 * What a change does beside an incident is as many times as much, and does not go on when the incident is over. Usual is the
 * lower quartile of five minutes at a time.
 */
export function incidentFactor(all: readonly ControlShown[], latest: readonly ControlShown[]): number {
  const stretches = clustersBy(all, ({ startMs }) => `${Math.floor(startMs / STRETCH_MS)}`);
  const rates = stretches.flatMap((some) => rateOf(some) ?? []);
  const [usual, now] = [rates.length === 0 ? 0 : quantile(rates, QUIET_SHARE), rateOf(latest) ?? 0];
  return usual > 0 && now > INCIDENT * usual ? now / usual : 1;
}

function rateOf(shown: readonly ControlShown[]): number | undefined {
  const sum = (key: 'expected' | 'treated') => shown.reduce((total, one) => total + one[key], 0);
  return sum('treated') === 0 ? undefined : sum('expected') / sum('treated');
}
