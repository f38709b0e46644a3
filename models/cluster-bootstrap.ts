import { quantile } from './averages.ts';

/** Central interval of a statistic. */
export interface BootstrapInterval {
  readonly lower: number;
  readonly upper: number;
}

/** How an interval is made. */
export interface BootstrapOptions {
  /** Samples that are drawn. */
  readonly replicates: number;
  /** The interval's probability, such as 0.95. */
  readonly level: number;
  /** Uniform in [0, 1), from a seed. */
  readonly uniform: () => number;
}

/**
 * Percentile interval of a statistic of items that come in clusters: whole clusters are drawn, with replacement.
 *
 * Cluster bootstrap (Davison & Hinkley 1997, section 3.8): what depends on each other, such as decisions of one rollout,
 * has to be one cluster. Samples whose statistic is not a number are left out; if all are, so are the ends.
 */
export function clusterBootstrap<Item>(
  clusters: readonly (readonly Item[])[],
  statistic: (items: readonly Item[]) => number,
  { replicates, level, uniform }: BootstrapOptions,
): BootstrapInterval {
  const values = Array.from({ length: replicates }, () => {
    const drawn: Item[] = [];
    for (let i = 0; i < clusters.length; i += 1) drawn.push(...clusters[Math.floor(uniform() * clusters.length)]!);
    return statistic(drawn);
  }).filter((value) => !Number.isNaN(value));
  if (values.length === 0) return { lower: Number.NaN, upper: Number.NaN };
  return { lower: quantile(values, (1 - level) / 2), upper: quantile(values, (1 + level) / 2) };
}

/** Items by what they belong to, in the order in which each was first seen. */
export function clustersBy<Item>(
  items: readonly Item[],
  clusterOf: (item: Item) => string,
): readonly (readonly Item[])[] {
  const clusters = new Map<string, Item[]>();
  for (const item of items) {
    const cluster = clusters.get(clusterOf(item));
    if (cluster === undefined) clusters.set(clusterOf(item), [item]);
    else cluster.push(item);
  }
  return [...clusters.values()];
}
