import { shareInterval } from '../share-interval.ts';
import { METRIC_NAMES, METRICS, type Metric, type MetricName, type MetricPart, type Summary } from './metrics.ts';
import { type Estimate, finite, percentileInterval } from './resamples.ts';
import type { RunOutcome } from './run-outcome.ts';
import { type Sample, type SeedWeights, seedTotals, sortedSample, weightedMean, weightedQuantile } from './sample.ts';

const QUANTILES = { median: 0.5, p90: 0.9 } as const;

/** An estimate, and from how many runs it is. */
export interface Figure extends Estimate {
  readonly runs: number;
}

/** A metric of some runs as a function of how often each seed counts. */
export interface SampledMetric {
  readonly summary: Summary;
  readonly samples: readonly Sample[];
  at(weights: SeedWeights): number;
}

/** A figure of every metric. */
export type Figures = Readonly<Record<MetricName, Figure>>;

/** The runs of one policy, and whose runs in the same worlds, in the same order, must have a value too. */
export interface Runs {
  readonly own: readonly RunOutcome[];
  readonly paired?: readonly RunOutcome[];
  /** Of each seed among those of the table. */
  readonly positions: ReadonlyMap<number, number>;
}

/** Takes a metric's values from runs. */
export function sampleMetric({ summary, parts }: Metric, runs: Runs): SampledMetric {
  const samples = parts.map((part) => samplePart(part, runs));
  const statistics = samples.map((sample) => statisticOf(summary, sample, runs.positions.size));
  return {
    summary,
    samples,
    at: (weights) => parts.reduce((sum, { weight }, index) => sum + weight * statistics[index]!(weights), 0),
  };
}

/** A metric with its interval: exact for a share, from resamples for all else. */
export function figureOf(metric: SampledMetric, once: SeedWeights, resamples: readonly SeedWeights[]): Figure {
  const runs = metric.samples.reduce((sum, { values }) => sum + values.length, 0);
  if (metric.summary === 'share' && runs > 0) return { ...exactShare(metric.samples[0]!), runs };
  return { ...bootstrapped((weights) => metric.at(weights), once, resamples), runs };
}

/** Makes a figure of every metric. */
export function everyFigure(make: (metric: Metric) => Figure): Figures {
  return Object.fromEntries(METRIC_NAMES.map((name) => [name, make(METRICS[name])])) as Record<MetricName, Figure>;
}

/** What a statistic comes to when every seed counts once, with its interval from resamples. */
export function bootstrapped(
  statistic: (weights: SeedWeights) => number,
  once: SeedWeights,
  resamples: readonly SeedWeights[],
): Estimate {
  const value = statistic(once);
  return finite(value) === null
    ? { value: null, lower: null, upper: null }
    : percentileInterval(value, resamples.map(statistic));
}

function exactShare({ values }: Sample): Estimate {
  const hits = values.reduce((sum, hit) => sum + hit, 0);
  const { share, lower, upper } = shareInterval(hits, values.length);
  return { value: share, lower, upper };
}

function samplePart({ kinds, take }: MetricPart, { own, paired, positions }: Runs): Sample {
  const [seeds, values]: [number[], number[]] = [[], []];
  for (const [index, run] of own.entries()) {
    if (!kinds.includes(run.kind)) continue;
    const value = take(run);
    if (value === null || (paired !== undefined && take(paired[index]!) === null)) continue;
    seeds.push(positions.get(run.seed)!);
    values.push(value);
  }
  return { seeds: Int32Array.from(seeds), values: Float64Array.from(values) };
}

function statisticOf(summary: Summary, sample: Sample, seedCount: number): (weights: SeedWeights) => number {
  switch (summary) {
    case 'mean':
    case 'share': {
      const totals = seedTotals(sample, seedCount);
      return (weights) => weightedMean(totals, weights);
    }
    case 'median':
    case 'p90': {
      const sorted = sortedSample(sample);
      return (weights) => weightedQuantile(sorted, weights, QUANTILES[summary]);
    }
  }
}
