/** What is believed about mean and variance of a continuous metric: normal-inverse-gamma NIG(m, k, a, b). */
export interface ValuePrior {
  /** The expected mean. */
  readonly m: number;
  /** How many units that expectation is worth, > 0. */
  readonly k: number;
  /** Shape of the variance, > 1. */
  readonly a: number;
  /** Scale of the variance: its expectation is b/(a − 1). */
  readonly b: number;
}

const K0 = 5;
const A0 = 3;

/** The weak prior around the mean and variance that a metric had in finished rollouts: k0 = 5, a0 = 3. */
export function valuePriorAround(mean: number, variance: number): ValuePrior {
  return { m: mean, k: K0, a: A0, b: variance * (A0 - 1) };
}

/** Count, mean and sum of squared deviations from the mean of new units. */
export interface ValueMoments {
  readonly count: number;
  readonly mean: number;
  readonly m2: number;
}

/** The prior after some units (Gelman et al., Bayesian Data Analysis, section 3.3); no units change nothing. */
export function updateValuePrior(prior: ValuePrior, { count, mean, m2 }: ValueMoments): ValuePrior {
  const k = prior.k + count;
  return {
    m: (prior.k * prior.m + count * mean) / k,
    k,
    a: prior.a + count / 2,
    b: prior.b + m2 / 2 + (prior.k * count * (mean - prior.m) ** 2) / (2 * k),
  };
}

/** What is believed about the mean alone: a Student distribution. */
export function meanOfValue({ m, k, a, b }: ValuePrior): { location: number; scale: number; degrees: number } {
  return { location: m, scale: Math.sqrt(b / (a * k)), degrees: 2 * a };
}
