import type { DurationSketch } from '../duration-sketch.ts';
import { assertSums, type ValueSums } from '../value-sums.ts';

/** Units, and events among them. */
export interface RateSums {
  readonly n: number;
  readonly x: number;
}

/** A rate of both sides in one stratum. */
export interface RateSides {
  readonly kind: 'rate';
  readonly treatment: RateSums;
  readonly control: RateSums;
}

/** One number per unit of both sides in one stratum. */
export interface ValueSides {
  readonly kind: 'value';
  readonly treatment: ValueSums;
  readonly control: ValueSums;
}

/** Both sides of a metric, whose direction the plan says. */
export type BusinessSides = (RateSides | ValueSides) & { readonly goodDirection: 'lower' | 'higher' };

/** One event-time minute of a rollout under one coverage: all that the risk model sees of it. */
export interface RiskStratum {
  /** Requests or units that failed; a minute without data has sides of 0. */
  readonly errors: RateSides;
  /** Units slower than control's trailing quantile; absent: the rollout has no latency metric. */
  readonly slow?: RateSides;
  readonly business?: BusinessSides;
  /** Errors of monitored segments by name, at most `MAX_RISK_SEGMENTS`. */
  readonly segments?: Readonly<Record<string, RateSides>>;
  /** q: treatment's share of eligible traffic, in [0, 1]. */
  readonly treatmentShare: number;
  /** Minutes since coverage last changed. */
  readonly minutesAtCoverage: number;
  readonly minutesSinceStart: number;
  /** True while caches are cold: then nothing is added to any sum. */
  readonly isBurnIn: boolean;
  /** Durations of both sides; absent: nothing new about quantiles. */
  readonly durations?: { readonly treatment: DurationSketch; readonly control: DurationSketch };
  /** New units of both sides, and the share of them that treatment was meant to get, in (0, 1). */
  readonly newUnits?: { readonly treatment: number; readonly control: number; readonly intendedShare: number };
  /** Windows that sources should have reported in this minute, and those that are missing. */
  readonly windows?: { readonly expected: number; readonly missing: number };
  readonly watermarkLagSeconds?: number;
}

/** Most segments that one rollout's features follow. */
export const MAX_RISK_SEGMENTS = 10;

/** One impossible number would poison the state for ever, so it must not get in. */
export function assertStratum(stratum: RiskStratum): void {
  for (const rate of [stratum.errors, stratum.slow, ...Object.values(stratum.segments ?? {})]) {
    if (rate !== undefined) assertSides(rate);
  }
  if (stratum.business !== undefined) assertSides(stratum.business);
  const { newUnits, windows } = stratum;
  assertCount(stratum.treatmentShare, stratum.minutesAtCoverage, stratum.minutesSinceStart);
  assertCount(stratum.watermarkLagSeconds ?? 0, windows?.expected ?? 0, windows?.missing ?? 0);
  assertCount(newUnits?.treatment ?? 0, newUnits?.control ?? 0);
  if (newUnits !== undefined && !(newUnits.intendedShare > 0 && newUnits.intendedShare < 1))
    throw new Error(`impossible intended share ${newUnits.intendedShare}`);
}

function assertSides(sides: RateSides | ValueSides): void {
  if (sides.kind === 'value') {
    assertSums(sides.treatment);
    assertSums(sides.control);
    return;
  }
  for (const { n, x } of [sides.treatment, sides.control]) {
    assertCount(n, x);
    if (n === 0 && x > 0) throw new Error(`impossible stratum: ${x} events without units`);
  }
}

function assertCount(...counts: readonly number[]): void {
  for (const count of counts)
    if (!(count >= 0 && Number.isFinite(count))) throw new Error(`impossible stratum: a count of ${count}`);
}
