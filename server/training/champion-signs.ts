import type { ModelRecord } from '../../domain/index.ts';
import { type ChampionSigns, NO_TIMES } from '../../training/watch/index.ts';
import type { ToldRun } from './read-watched-runs.ts';

/** Share of harmless rollouts that a model may alarm on where its record does not say. */
const NOMINAL = 0.02;

/** What has been seen of a champion since it is in use, from the generations whose records name it. */
export function championSigns(
  { calibration }: Pick<ModelRecord, 'calibration'>,
  runs: readonly ToldRun[],
): ChampionSigns {
  const alpha = calibration['alpha'];
  const benign = runs.filter(({ isHarmful }) => isHarmful === false);
  return {
    benign: { runs: benign.length, alarms: benign.filter(({ hasAlarmed }) => hasAlarmed).length },
    nominalAlarmRate: typeof alpha === 'number' ? alpha : NOMINAL,
    unusableScores: runs.reduce((sum, { unusableScores }) => sum + unusableScores, 0),
    // Judged at once where it is measured (`openInferenceWatch`): no record tells it.
    latency: NO_TIMES,
    rollouts: runs.length,
    novelRollouts: runs.filter(({ isNovel }) => isNovel).length,
    markedFalse: benign.filter(({ isRolledBack, label }) => isRolledBack && label?.source === 'operator').length,
  };
}
