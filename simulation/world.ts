import {
  type ClosedWindow,
  type MetricWindow,
  type MetricWindows,
  SHARE_TOTAL,
  segmentOf,
  type VariantWindow,
} from '../domain/index.ts';
import type { Draws } from './draws.ts';
import { type DurationBins, drawDurations, durationBins } from './durations.ts';
import type { Rhythm } from './rhythm.ts';

/** Names of what can be measured in the world; `SIMULATED_METRICS` says how each is judged. */
export type WorldMetric = 'errors' | 'timeouts' | 'requests' | 'latency' | 'purchases' | 'revenue';

/** What a variant does to its units, as factors on what is usual. */
export interface Effect {
  readonly errors: number;
  readonly slowness: number;
  readonly purchases: number;
}

/** A change that changes nothing. */
export const NO_EFFECT: Effect = { errors: 1, slowness: 1, purchases: 1 };

/** A service under a rollout: two variants, "new" in treatment and "old" in control. */
export interface World {
  /** Mean load. */
  readonly unitsPerMinute: number;
  readonly windowMs: number;
  readonly metrics: readonly WorldMetric[];
  readonly rhythm: Rhythm;
  /** φ of failing requests: they come in bursts of that size. */
  readonly dispersion: number;
  /** Number of countries, the k-th with a share proportional to 1/k (Zipf's law); 0: they are not told apart. */
  readonly countries: number;
  readonly treatment: Effect;
}

const BASE = { errors: 0.005, timeouts: 0.0005, requests: 0.005, purchases: 0.03 };

/** Revenue of a purchase is log-normal around this. */
const PRICE = { median: 30, sigma: 1 };

/** Sources see the same world, each its own part of the units. */
export type WindowDraw = (at: {
  readonly startMs: number;
  readonly minute: number;
  readonly coverage: number;
}) => ClosedWindow;

/** Draws the windows of a world as one source reports them. */
export function openWorld(world: World, draws: Draws): WindowDraw {
  const drawVariants = variantsOf(world, draws);
  return ({ startMs, minute, coverage }) => ({
    startMs,
    endMs: startMs + world.windowMs,
    coverage,
    sources: { app: { reports: 1, clockSkewMs: null, variants: drawVariants(minute, coverage, 1) } },
  });
}

/** Draws what both variants show to a source that sees `part` of all units. */
export function variantsOf(world: World, draws: Draws) {
  const countries = countriesOf(world.countries);
  const bins = new Map<number, DurationBins>();
  const binsAt = (slowness: number): DurationBins => {
    const known = bins.get(slowness) ?? durationBins(slowness);
    bins.set(slowness, known);
    return known;
  };
  const variantAt = (minute: number, meanUnits: number, effect: Effect): VariantWindow => {
    const { load, errors, slowness } = world.rhythm;
    const troubles = errors(minute) * effect.errors;
    return drawVariant(world, draws, {
      meanUnits: meanUnits * load(minute),
      countries,
      errors: troubles,
      purchases: effect.purchases,
      bins: () => binsAt(slowness(minute) * effect.slowness),
    });
  };
  return (minute: number, coverage: number, part: number): Readonly<Record<'new' | 'old', VariantWindow>> => {
    const units = (world.unitsPerMinute * world.windowMs * part) / 60_000;
    const share = coverage / SHARE_TOTAL;
    return {
      new: variantAt(minute, units * share, world.treatment),
      old: variantAt(minute, units * (1 - share), NO_EFFECT),
    };
  };
}

/** A part of the units, and how much worse things go for it than for the rest. */
interface Country {
  readonly segment: string;
  readonly share: number;
  readonly errors: number;
}

/** Countries differ: every second one has twice the errors of the others. */
function countriesOf(count: number): readonly Country[] {
  if (count === 0) return [{ segment: '', share: 1, errors: 1 }];
  const weights = Array.from({ length: count }, (_, k) => 1 / (k + 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => weight / total);
  const mean = shares.reduce((sum, share, k) => sum + share * (1 + (k % 2)), 0);
  return shares.map((share, k) => ({ segment: segmentOf('country', `c${k}`), share, errors: (1 + (k % 2)) / mean }));
}

/** What one variant's window depends on. */
interface Moment {
  readonly meanUnits: number;
  readonly countries: readonly Country[];
  readonly errors: number;
  readonly purchases: number;
  readonly bins: () => DurationBins;
}

function drawVariant(world: World, draws: Draws, moment: Moment): VariantWindow {
  const parts = moment.countries.map(({ segment, share, errors }) => {
    const exposures = draws.poisson(moment.meanUnits * share);
    const events = draws.binomial(exposures, Math.min(1, BASE.errors * moment.errors * errors));
    return { segment, window: { kind: 'rate', exposures, events } as const };
  });
  const units = parts.reduce((sum, { window }) => sum + window.exposures, 0);
  const failed = parts.reduce((sum, { window }) => sum + window.events, 0);
  return {
    units,
    newUnits: units,
    requests: units,
    metrics: drawMetrics(world, draws, { moment, units, failed }),
    ...(world.countries > 0 && {
      segments: Object.fromEntries(
        parts.filter(({ window }) => window.exposures > 0).map(({ segment, window }) => [segment, { errors: window }]),
      ),
    }),
  };
}

function drawMetrics(
  { metrics, dispersion }: World,
  draws: Draws,
  { moment, units, failed }: { readonly moment: Moment; readonly units: number; readonly failed: number },
): MetricWindows {
  const bought = metrics.includes('purchases') || metrics.includes('revenue');
  const buyers = bought ? draws.binomial(units, Math.min(1, BASE.purchases * moment.purchases)) : 0;
  const rate = (exposures: number, events: number): MetricWindow => ({ kind: 'rate', exposures, events });
  const draw: Record<WorldMetric, () => MetricWindow> = {
    errors: () => rate(units, failed),
    timeouts: () => rate(units, draws.binomial(units, Math.min(1, BASE.timeouts * moment.errors))),
    requests: () => drawBursts(draws, moment, dispersion),
    latency: () => ({ kind: 'duration', exposures: units, bins: drawDurations(draws, units, moment.bins()) }),
    purchases: () => rate(units, buyers),
    revenue: () => drawRevenue(draws, units, buyers),
  };
  return Object.fromEntries(metrics.map((metric) => [metric, draw[metric]()]));
}

/**
 * Failing requests whose variance is φ times their mean, beside those that succeed.
 *
 * A Poisson count with a gamma mean of shape μ/(φ − 1) is negative binomial: independent clients, each of which fails
 * several times in a row (bursts with a logarithmic size; Quenouille 1949).
 */
function drawBursts(draws: Draws, { meanUnits, errors }: Moment, dispersion: number): MetricWindow {
  const mean = meanUnits * BASE.requests * errors;
  const burst = dispersion - 1;
  const events = draws.poisson(burst > 0 && mean > 0 ? draws.gamma(mean / burst) * burst : mean);
  const exposures = events + draws.poisson(Math.max(0, meanUnits - mean));
  return { kind: 'rate', exposures, events };
}

function drawRevenue(draws: Draws, units: number, buyers: number): MetricWindow {
  let [sum, sumOfSquares] = [0, 0];
  for (let buyer = 0; buyer < buyers; buyer += 1) {
    const price = PRICE.median * Math.exp(PRICE.sigma * draws.normal());
    sum += price;
    sumOfSquares += price * price;
  }
  return { kind: 'value', exposures: units, sum, sumOfSquares, nonZero: buyers };
}
