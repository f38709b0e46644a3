/** What one bucket of units did: exposures and events, summed over its units. */
export interface UnitBucket {
  /** N_b ≥ 0. */
  readonly exposures: number;
  /** Y_b ≥ 0; a bursty unit has many. */
  readonly events: number;
}

/** How much a rate varies between buckets of units. */
export interface BucketDispersion {
  /** R = ΣY / ΣN. */
  readonly rate: number;
  /** var(R), whatever the dependence inside a bucket. */
  readonly variance: number;
  /** φ: 1 for independent events, larger for bursts and for lasting differences between units. */
  readonly dispersion: number;
}

/**
 * Dispersion of a rate from sums over buckets into which units were hashed; undefined where nothing can be said.
 *
 * With R = ΣY/ΣN over B buckets, var(R) = B/(B−1) · Σ(Y_b − R N_b)²/(ΣN)² is the delta method for a ratio (Deng,
 * Knoblich & Lu, KDD 2018), and φ = Σ(Y_b − R N_b)²/(R N_b)/(B−1) is Pearson's statistic over its degrees of freedom
 * (McCullagh & Nelder 1989, section 4.5). A bucket without exposures is none; two buckets and one event are needed.
 */
export function bucketDispersion(buckets: readonly UnitBucket[]): BucketDispersion | undefined {
  for (const bucket of buckets) assertBucket(bucket);
  const exposed = buckets.filter(({ exposures }) => exposures > 0);
  const [B, N, Y] = [exposed.length, sum(exposed.map((b) => b.exposures)), sum(exposed.map((b) => b.events))];
  if (B < 2 || Y === 0) return undefined;
  const R = Y / N;
  const squares = exposed.map(({ exposures, events }) => (events - R * exposures) ** 2);
  return {
    rate: R,
    variance: ((B / (B - 1)) * sum(squares)) / N ** 2,
    dispersion: sum(squares.map((square, b) => square / (R * exposed[b]!.exposures))) / (B - 1),
  };
}

function assertBucket({ exposures, events }: UnitBucket): void {
  const isPossible = exposures >= 0 && events >= 0 && Number.isFinite(exposures + events);
  if (!isPossible || (exposures === 0 && events > 0)) {
    throw new Error(`impossible bucket: ${events} events in ${exposures} exposures`);
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
