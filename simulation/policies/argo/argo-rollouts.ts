import { dropRepeats } from '../arms/drop-repeats.ts';
import { recentSums } from '../arms/recent-sums.ts';
import { aPeer } from '../peer.ts';
import type { PolicyMove, PolicyView } from '../policy.ts';
import { climb, isDwellOver, type Ladder } from '../ramp/ladder.ts';
import { hold, rollback } from '../ramp/moves.ts';
import { type Rule, runOf } from '../rule.ts';
import { LADDER_SPEEDS } from '../speeds.ts';
import { combinations } from '../tuning-grid.ts';
import type { AnalysisMetric, AnalysisPhase } from './analysis-metric.ts';
import { startAnalysis } from './analysis-run.ts';

/** Settings of a canary strategy with an analysis. */
export interface ArgoSettings {
  /** Steps: a weight, then a pause. */
  readonly ladder: Ladder;
  /** Beside the steps from `startingStage` on, or after the pause of each stage, which waits for it. */
  readonly analysis: 'background' | 'inline';
  /** Number of the stage, from 0, at which the background analysis begins. */
  readonly startingStage: number;
  readonly metrics: readonly AnalysisMetric[];
}

/**
 * Argo Rollouts' canary steps under an AnalysisRun (argoproj/argo-rollouts, `analysis/analysis.go`).
 *
 * Failed or Error aborts; Inconclusive pauses until a person comes; Successful lets an inline stage pass. A query
 * without requests in its range is an error.
 */
export function argoRollouts(settings: ArgoSettings): Rule {
  const { ladder } = settings;
  return {
    firstCoverage: ladder.stages[0]!,
    start() {
      const onlyNew = dropRepeats();
      const metrics = settings.metrics.map((metric) => ({ metric, recent: recentSums(metric.rangeMs, 'treatment') }));
      const analyse = analysisOf(settings, (startedAtMs) => startAnalysis(metrics, startedAtMs));
      let isPaused = false;
      return runOf((view) => {
        const windows = onlyNew(view.windows);
        for (const { recent } of metrics) recent.add(view.nowMs, windows);
        if (isPaused) return PAUSED;
        const phase = analyse(view);
        isPaused = phase === 'inconclusive';
        return moveAfter(phase, view, settings);
      });
    },
  };
}

const PAUSED = hold('paused by an inconclusive analysis');
const ANALYSING = hold('the analysis of the stage is running');

function moveAfter(phase: AnalysisPhase | null, view: PolicyView, { analysis, ladder }: ArgoSettings): PolicyMove {
  if (phase === 'failed' || phase === 'error') return rollback(`analysis: ${phase}`);
  if (phase === 'inconclusive') return PAUSED;
  if (analysis === 'inline' && phase === 'running') return ANALYSING;
  return climb(view, ladder);
}

/** Starts runs when they are due; null while there is none. */
function analysisOf(
  { analysis, ladder, startingStage }: ArgoSettings,
  start: (nowMs: number) => (nowMs: number) => AnalysisPhase,
): (view: PolicyView) => AnalysisPhase | null {
  const from = analysis === 'background' ? (ladder.stages[startingStage] ?? Number.POSITIVE_INFINITY) : 0;
  let run: ((nowMs: number) => AnalysisPhase) | null = null;
  let sinceMs = 0;
  return (view) => {
    if (analysis === 'inline') {
      if (sinceMs !== view.coverageSinceMs) run = null;
      sinceMs = view.coverageSinceMs;
      if (!isDwellOver(view, ladder.dwellMs)) return null;
    }
    if (run === null && view.coverage >= from) run = start(view.nowMs);
    return run === null ? null : run(view.nowMs);
  };
}

const MINUTE_MS = 60_000;

/** The template of the documentation's example: 95 % success over five minutes, measured every five minutes. */
const SUCCESS_RATE: AnalysisMetric = {
  without: 'errors',
  successFrom: 0.95,
  rangeMs: 5 * MINUTE_MS,
  intervalMs: 5 * MINUTE_MS,
  initialDelayMs: 0,
  count: null,
  failureLimit: 3,
  inconclusiveLimit: 0,
  consecutiveErrorLimit: 4,
  consecutiveSuccessLimit: 0,
};

/** The rollout of the documentation's example: 20 → 40 → 60 → 80 % in ten minutes each, analysed from 40 % on. */
const SHIPPED: ArgoSettings = {
  ladder: { stages: [20_000, 40_000, 60_000, 80_000], dwellMs: 10 * MINUTE_MS },
  analysis: 'background',
  startingStage: 1,
  metrics: [SUCCESS_RATE],
};

const LADDERS: readonly Ladder[] = [5, 10, 30, 60].flatMap((minutes) => [
  { ...SHIPPED.ladder, dwellMs: minutes * MINUTE_MS },
  { stages: [1_000, 5_000, 10_000, 25_000, 50_000], dwellMs: minutes * MINUTE_MS },
]);

const METRICS = [0.98, 0.99].flatMap((successFrom) =>
  [0, 1, 3].map((failureLimit) => [
    { ...SUCCESS_RATE, successFrom, failureLimit },
    { ...SUCCESS_RATE, without: 'slow' as const, successFrom: 0.95, failureLimit },
  ]),
);

/** Argo Rollouts, as a peer. */
export const ARGO_ROLLOUTS = aPeer({
  name: 'argo-rollouts',
  family: 'peer',
  rule: argoRollouts,
  shipped: SHIPPED,
  tuningGrid: combinations(SHIPPED, { ladder: LADDERS, startingStage: [0], metrics: METRICS }),
  speeds: LADDER_SPEEDS,
});
