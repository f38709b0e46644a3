import { RISK_ALPHA } from '../../controller/index.ts';
import type { ModelRecord } from '../../domain/index.ts';
import { FORECAST_ALPHA, NOVELTY_ALPHA } from '../../models/index.ts';
import { type ChampionSigns, NO_TIMES, type ReviewedKind } from '../../training/watch/index.ts';
import type { ToldRun } from './read-watched-runs.ts';

/** Share of harmless rollouts that each kind may alarm on where a record does not say. */
const NOMINAL: Readonly<Record<ReviewedKind, number>> = {
  risk: RISK_ALPHA,
  novelty: NOVELTY_ALPHA,
  forecast: FORECAST_ALPHA,
};

/** Twice this share is what demotion asks for, and nothing alarms in more than all rollouts. */
const LARGEST_NOMINAL = 0.45;

/** What has been seen of a champion since it is in use, from the generations whose records name it. */
export function championSigns(
  kind: ReviewedKind,
  { calibration }: Pick<ModelRecord, 'calibration'>,
  runs: readonly ToldRun[],
): ChampionSigns {
  const alpha = typeof calibration['alpha'] === 'number' ? calibration['alpha'] : NOMINAL[kind];
  // The share is promised for each answer, and a rollout is one however many it had.
  const chances = runs.reduce((most, run) => Math.max(most, run.chances), 1);
  const benign = runs.filter(({ isHarmful }) => isHarmful === false);
  return {
    benign: { runs: benign.length, alarms: benign.filter(({ hasAlarmed }) => hasAlarmed).length },
    nominalAlarmRate: Math.min(LARGEST_NOMINAL, alpha * chances),
    unusableScores: runs.reduce((sum, { unusableScores }) => sum + unusableScores, 0),
    // Judged at once where it is measured (`openInferenceWatch`): no record tells it.
    latency: NO_TIMES,
    rollouts: runs.length,
    novelRollouts: runs.filter(({ isNovel }) => isNovel).length,
    markedFalse: benign.filter(({ isRolledBack, label }) => isRolledBack && label?.source === 'operator').length,
  };
}
