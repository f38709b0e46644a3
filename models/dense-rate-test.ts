import { mixturePrecision } from './normal-mixture.ts';

/**
 * A test of harm for a rate whose events are dense or come in bursts.
 *
 * All of it is fixed before the first window: choosing it after looking would void the guarantee.
 */
export interface DenseRateTest {
  /** The largest harmless relative risk; where events are good, the smallest. */
  readonly r0: number;
  /** Where events are good, fewer of them are the harm. */
  readonly goodDirection: 'lower' | 'higher';
  /** φ of traffic without a change, ≥ 1: the variance of a window's count over that of independent events. */
  readonly dispersion: number;
  /** ρ*, the precision of the mixture. */
  readonly rho: number;
}

/** What a dense test needs to know about its metric. */
export interface DenseRateTestOptions {
  readonly goodDirection: 'lower' | 'higher';
  /** Largest relative worsening that counts as harmless, ≥ 0; below 1 where events are good. */
  readonly margin: number;
  /** φ of traffic without a change; less than Poisson variation gives no credit. */
  readonly dispersion: number;
  /** Chance at most that a harmless rollout is ever called harmful, in (0, ½): the bound is sharpest for it. */
  readonly alpha: number;
  /** V*, the information at which the bound is sharpest, > 0: events times ρ(1 − ρ), after division by φ. */
  readonly sharpestAt?: number;
}

/** Regressions worth stopping show themselves at about this much information. */
const SHARPEST_AT = 100;

/** The test of harm for a metric: r0 = 1 + margin, or 1 − margin where events are good. */
export function denseRateTest(options: DenseRateTestOptions): DenseRateTest {
  const { goodDirection, margin, alpha, sharpestAt = SHARPEST_AT } = options;
  assertOptions({ ...options, sharpestAt });
  const dispersion = Math.max(1, options.dispersion);
  const r0 = goodDirection === 'higher' ? 1 - margin : 1 + margin;
  return { r0, goodDirection, dispersion, rho: mixturePrecision(dispersion * sharpestAt, 2 * alpha) };
}

function assertOptions({ goodDirection, margin, dispersion, alpha, sharpestAt }: Required<DenseRateTestOptions>): void {
  const isMargin = margin >= 0 && margin < (goodDirection === 'higher' ? 1 : Number.POSITIVE_INFINITY);
  const isError = alpha > 0 && alpha < 0.5;
  const isScale = [dispersion, sharpestAt].every((value) => value > 0 && Number.isFinite(value));
  if (isMargin && isError && isScale) return;
  throw new Error(`impossible test: ${JSON.stringify({ goodDirection, margin, dispersion, alpha, sharpestAt })}`);
}
