import { seededDraws } from '../../draws.ts';
import { dropRepeats } from '../arms/drop-repeats.ts';
import { type CountedMetric, isWorseUp } from '../arms/watched-metric.ts';
import { aPeer } from '../peer.ts';
import type { PolicyMove, PolicyView } from '../policy.ts';
import { dueEvery } from '../ramp/due-every.ts';
import { atSpeeds, climb, HOURLY, isDwellOver, type Ladder } from '../ramp/ladder.ts';
import { hold, rollback } from '../ramp/moves.ts';
import { type Rule, runOf } from '../rule.ts';
import { LADDER_SPEEDS } from '../speeds.ts';
import { combinations } from '../tuning-grid.ts';
import { judgeMetric, type MetricConfig } from './judge-metric.ts';
import { minuteSeries } from './minute-series.ts';
import { scoreMetrics } from './score-metrics.ts';

/** Settings of a canary analysis. */
export interface KayentaSettings {
  readonly ladder: Ladder;
  readonly metrics: readonly CountedMetric[];
  /** Whether the first change of any metric is enough to fail. */
  readonly isCritical: boolean;
  readonly effectSize: MetricConfig['effectSize'];
  /** Smallest ratio of the means that counts as an increase; the decrease is its inverse. */
  readonly allowedRatio: number;
  readonly warmUpMs: number;
  readonly intervalMs: number;
  /** How far a judgement looks back; null: to the end of the warm-up. */
  readonly lookBackMs: number | null;
  readonly passScore: number;
  readonly marginalScore: number;
}

/**
 * Kayenta's NetflixACAJudge in its stand-alone loop: a judgement per interval, repeated with a fixed-sample test.
 *
 * A score at or below marginal stops the canary at once; at the end of the last stage the last score decides.
 */
export function kayenta(settings: KayentaSettings): Rule {
  const { ladder, warmUpMs, intervalMs, marginalScore } = settings;
  return {
    firstCoverage: ladder.stages[0]!,
    start(seed) {
      const onlyNew = dropRepeats();
      const series = minuteSeries(seed);
      const isDue = dueEvery(intervalMs, warmUpMs + intervalMs);
      const judge = judgeOf(settings, seed);
      let score: number | null = null;
      return runOf((view) => {
        series.add(onlyNew(view.windows));
        if (isDue(view.nowMs)) {
          score = judge(series, view.nowMs);
          if (score <= marginalScore) return rollback('the score is not above marginal');
        }
        return moveAfter(score, view, settings);
      });
    },
  };
}

const UNJUDGED = hold('no judgement yet');

function moveAfter(score: number | null, view: PolicyView, { ladder, passScore }: KayentaSettings): PolicyMove {
  if (!isDwellOver(view, ladder.dwellMs)) return climb(view, ladder);
  if (score === null) return UNJUDGED;
  const isLast = view.coverage >= ladder.stages.at(-1)!;
  return isLast && score < passScore ? rollback('the last score is below pass') : climb(view, ladder);
}

/** Keeps these draws apart from others of the same seed. */
const NOISE_STREAM = 103;

type Series = ReturnType<typeof minuteSeries>;

function judgeOf(settings: KayentaSettings, seed: number): (series: Series, nowMs: number) => number {
  const draws = seededDraws(seed, NOISE_STREAM);
  const configs = settings.metrics.map((metric) => ({ metric, config: configOf(metric, settings) }));
  return (series, nowMs) => {
    const { warmUpMs, lookBackMs } = settings;
    const fromMs = lookBackMs === null ? warmUpMs : Math.max(warmUpMs, nowMs - lookBackMs);
    const judgements = configs.map(({ metric, config }) => ({
      group: metric,
      ...judgeMetric(series.samplesOf(metric, fromMs), config, draws),
    }));
    return scoreMetrics(judgements, {});
  };
}

const CLES_LIMIT = 0.5;

function configOf(metric: CountedMetric, { isCritical, effectSize, allowedRatio }: KayentaSettings): MetricConfig {
  const [up, down] = effectSize === 'cles' ? [CLES_LIMIT, CLES_LIMIT] : [allowedRatio, 1 / allowedRatio];
  return {
    direction: isWorseUp(metric) ? 'increase' : 'decrease',
    isCritical,
    mustHaveData: false,
    nanStrategy: 'remove',
    hasOutlierRemoval: false,
    effectSize,
    allowedIncrease: up,
    allowedDecrease: down,
    criticalIncrease: up,
    criticalDecrease: down,
  };
}

/** Judged by the hour over everything so far, every metric critical; 75 and 50 as in the examples. */
const SHIPPED: KayentaSettings = {
  ladder: HOURLY,
  metrics: ['errors', 'slow', 'conversions'],
  isCritical: true,
  effectSize: 'meanRatio',
  allowedRatio: 1,
  warmUpMs: 0,
  intervalMs: 3_600_000,
  lookBackMs: null,
  passScore: 75,
  marginalScore: 50,
};

/** Kayenta, as a peer. */
export const KAYENTA = aPeer({
  name: 'kayenta',
  family: 'peer',
  rule: kayenta,
  shipped: SHIPPED,
  tuningGrid: combinations(SHIPPED, {
    ladder: atSpeeds([10, 20, 30, 60]),
    intervalMs: [1_800_000, 3_600_000],
    allowedRatio: [1, 1.1],
    isCritical: [true, false],
    effectSize: ['meanRatio'],
  }),
  speeds: LADDER_SPEEDS,
});
