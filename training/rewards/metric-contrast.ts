import { addMetric, type ClosedWindow, type MetricDefinition, type MetricWindow } from '../../domain/index.ts';

/** What one metric of one window says of the treatments together against control. */
export interface MetricContrast {
  /** Events, or values as shares of control's usual mean, that the treatments had to the worse beyond control; below 0: to the better. */
  readonly excess: number;
  readonly variance: number;
  /** What control's rate or mean would have given them, in the same unit. */
  readonly expected: number;
}

/** Who is compared. */
export interface Compared {
  readonly control: string;
  readonly treatments: readonly string[];
  /** Sources whose windows do not count. */
  readonly excluded: readonly string[];
  /** Units of a duration above this bin are slow, by metric. */
  readonly slowBins: Readonly<Record<string, number>>;
  /** Control's mean over the whole generation, by metric of values: in one window with little of control left it is mostly noise. */
  readonly usualMeans: Readonly<Record<string, number>>;
}

/** Compares inside one window; undefined where one side shows nothing. */
export function metricContrast(
  window: ClosedWindow,
  metric: MetricDefinition,
  compared: Compared,
): MetricContrast | undefined {
  const [t, c] = [compared.treatments, [compared.control]].map((variants) =>
    momentsOf(summed(window, metric.metric, variants, compared.excluded), compared.slowBins[metric.metric]),
  );
  if (t === undefined || c === undefined) return undefined;
  const scale = metric.kind === 'value' ? Math.abs(compared.usualMeans[metric.metric] ?? 0) : 1;
  if (scale === 0) return undefined;
  const towardsWorse = metric.kind !== 'duration' && metric.goodDirection === 'higher' ? -1 : 1;
  return {
    excess: (towardsWorse * t.n * (t.mean - c.mean)) / scale,
    variance: (t.n ** 2 * (t.variance / t.n + c.variance / c.n)) / scale ** 2,
    expected: (t.n * Math.abs(c.mean)) / scale,
  };
}

/** A metric of some variants in one window, all sources that count together. */
export function summed(
  { sources }: ClosedWindow,
  metric: string,
  variants: readonly string[],
  excluded: readonly string[],
): MetricWindow | undefined {
  const shown = Object.entries(sources)
    .filter(([source]) => !excluded.includes(source))
    .flatMap(([, source]) => variants.flatMap((variant) => source.variants[variant]?.metrics[metric] ?? []));
  return shown.length === 0 ? undefined : shown.reduce((sum, one) => addMetric(sum, one));
}

interface Moments {
  readonly n: number;
  readonly mean: number;
  /** Of one unit. */
  readonly variance: number;
}

function momentsOf(shown: MetricWindow | undefined, slowBin: number | undefined): Moments | undefined {
  if (shown === undefined || shown.exposures === 0) return undefined;
  const n = shown.exposures;
  switch (shown.kind) {
    case 'rate':
      return shareOf(n, shown.events);
    case 'duration':
      return slowBin === undefined ? undefined : shareOf(n, slowUnits(shown.bins, slowBin));
    case 'value': {
      const mean = shown.sum / n;
      return { n, mean, variance: Math.max(0, shown.sumOfSquares / n - mean ** 2) };
    }
  }
}

/** With half an event more on each side, so that no share is certain. */
function shareOf(n: number, events: number): Moments {
  const smoothed = (events + 0.5) / (n + 1);
  return { n, mean: events / n, variance: smoothed * (1 - smoothed) };
}

function slowUnits(bins: Readonly<Record<string, number>>, slowBin: number): number {
  return Object.entries(bins).reduce((sum, [bin, count]) => sum + (Number(bin) > slowBin ? count : 0), 0);
}
