import { SHARE_TOTAL } from '../../domain/index.ts';
import type { ComparedArms } from './arms/matched-arms.ts';
import type { WatchedMetric } from './arms/watched-metric.ts';
import { experimentRule } from './experiment-rule.ts';
import { aPeer } from './peer.ts';
import type { PolicyMove, PolicyView } from './policy.ts';
import { climb } from './ramp/ladder.ts';
import { hold, moveTo, rollback } from './ramp/moves.ts';
import type { Rule } from './rule.ts';
import { speedsOf } from './speeds.ts';
import { harmContrast } from './statistics/harm-contrast.ts';
import { combinations } from './tuning-grid.ts';

/** Settings of the ramp to the share with most power, and of the stay there. */
export interface SqrSettings {
  /** Shares q before the one with most power, which is the last, out of SHARE_TOTAL. */
  readonly shares: readonly number[];
  readonly lookMs: number;
  /** Largest relative effect times share that is tolerated, by metric. */
  readonly tolerance: Readonly<Partial<Record<WatchedMetric, number>>>;
  readonly alpha: number;
  /** Stay at the share with most power. */
  readonly maxPowerMs: number;
}

/**
 * Reconstruction of LinkedIn's SQR (Xu, Duan & Huang, KDD 2018, arXiv 1801.08532); its formulas are not confirmed.
 *
 * Before the share with most power, risk(q) = |relative effect| · q is tested against the tolerance for each q by a
 * generalised sequential probability ratio: coverage goes to the largest q that is accepted. A harmful effect whose
 * risk is rejected at the present share is ramped down; at the share with most power time decides.
 */
export function linkedinSqr(settings: SqrSettings): Rule {
  const { shares, lookMs } = settings;
  return experimentRule({
    firstCoverage: shares[0]!,
    control: 'matched',
    lookMs,
    begin: () => ({
      look(arms, view) {
        const isHarmful = metricsOf(settings).some(
          (metric) => verdict(arms, metric, view.coverage, settings) === 'rejected',
        );
        return isHarmful ? rollback('the risk is not tolerable') : rampUp(arms, view, settings);
      },
      between: () => BETWEEN,
    }),
  });
}

const BETWEEN = hold('between looks');
const UNDECIDED = hold('no larger share is accepted yet');

function metricsOf({ tolerance }: SqrSettings): readonly WatchedMetric[] {
  return Object.keys(tolerance) as WatchedMetric[];
}

function rampUp(arms: ComparedArms, view: PolicyView, settings: SqrSettings): PolicyMove {
  const mostPower = settings.shares.at(-1)!;
  if (view.coverage >= mostPower) return climb(view, { stages: [mostPower], dwellMs: settings.maxPowerMs });
  const accepted = settings.shares.findLast(
    (share) =>
      share > view.coverage &&
      metricsOf(settings).every((metric) => verdict(arms, metric, share, settings) === 'accepted'),
  );
  return accepted === undefined ? UNDECIDED : moveTo(accepted, 'its risk is tolerable');
}

/** Exposures per arm before a metric without events can be judged. */
const MIN_EXPOSURES = 200;

/**
 * Generalised log-likelihood ratio of a normal effect against the nearer bound ±b, b = tolerance/q: (|Δ| − b)²/(2V)
 * must reach ln(1/α) on either side. A metric that control never shows is accepted when there is enough data.
 */
function verdict(
  arms: ComparedArms,
  metric: WatchedMetric,
  share: number,
  { tolerance, alpha }: SqrSettings,
): 'accepted' | 'rejected' | 'open' {
  const contrast = harmContrast(arms, metric);
  if (contrast === null || Math.min(contrast.treatment.n, contrast.control.n) < MIN_EXPOSURES) return 'open';
  const { harm, variance, control, treatment } = contrast;
  if (control.mean === 0) return treatment.total === 0 ? 'accepted' : 'open';
  const bound = (tolerance[metric]! / (share / SHARE_TOTAL)) * control.mean;
  const distance = Math.abs(harm) - bound;
  if ((distance * distance) / (2 * variance) < Math.log(1 / alpha)) return 'open';
  if (distance < 0) return 'accepted';
  return harm > 0 ? 'rejected' : 'open';
}

const MINUTE_MS = 60_000;

const SHIPPED: SqrSettings = {
  shares: [1_000, 5_000, 10_000, 25_000, 50_000],
  lookMs: MINUTE_MS,
  tolerance: { errors: 0.25, slow: 0.25, conversions: 0.05 },
  alpha: 0.05,
  maxPowerMs: 60 * MINUTE_MS,
};

const TIGHT = { errors: 0.1, slow: 0.1, conversions: 0.02 };
const LOOSE = { errors: 0.5, slow: 0.5, conversions: 0.1 };

/** LinkedIn's SQR, as a peer; the stay at the share with most power is an hour instead of a week. */
export const LINKEDIN_SQR = aPeer({
  name: 'linkedin-sqr',
  family: 'peer',
  rule: linkedinSqr,
  shipped: SHIPPED,
  tuningGrid: combinations(SHIPPED, {
    tolerance: [TIGHT, SHIPPED.tolerance, LOOSE],
    alpha: [0.05, 0.01],
    maxPowerMs: [15, 30, 60, 120, 240].map((minutes) => minutes * MINUTE_MS),
  }),
  speeds: speedsOf<SqrSettings>([15, 30, 60, 120, 240].map((minutes) => ({ maxPowerMs: minutes * MINUTE_MS }))),
});
