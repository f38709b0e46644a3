import {
  calibrateNoveltyModel,
  calibrateRiskModel,
  type NoveltyModelArtefact,
  type RiskModelArtefact,
  runMaximum,
  scoreNovelty,
  scoreRisk,
  type TrafficBand,
} from '../../models/index.ts';
import type { CalibrationRun, Scenario } from '../../simulation/index.ts';

/** A calibration run whose traffic is known, and whether its rollout is harmless by its scenario. */
export interface UsableRun extends CalibrationRun {
  readonly band: TrafficBand;
  readonly isBenign: boolean;
}

/** Runs that say something: of known traffic, and harmless or with harm that shows. */
export function usableRuns(runs: readonly CalibrationRun[], scenarios: readonly Scenario[]): readonly UsableRun[] {
  const benign = new Set(scenarios.filter(({ kind }) => kind === 'benign').map(({ name }) => name));
  return runs.flatMap((run) => {
    const isBenign = benign.has(run.scenario);
    const isShown = isBenign || run.minutes.some(({ label }) => label === 1);
    return run.band === null || !isShown ? [] : [{ ...run, band: run.band, isBenign }];
  });
}

/** The risk model with thresholds and probabilities. */
export function calibratedRisk(
  model: RiskModelArtefact,
  runs: readonly CalibrationRun[],
  scenarios: readonly Scenario[],
): RiskModelArtefact {
  const calibrated = calibrateRiskModel(
    model,
    usableRuns(runs, scenarios).map(({ band, minutes }) => ({
      band,
      strata: minutes.map(({ vector, label }) => ({ logit: scoreRisk(model, vector)?.logit ?? null, label })),
    })),
  );
  if (calibrated === undefined) throw new Error('the calibration needs runs with harm and without');
  return calibrated;
}

/** The novelty model with thresholds from the benign runs. */
export function calibratedNovelty(
  model: NoveltyModelArtefact,
  runs: readonly CalibrationRun[],
  scenarios: readonly Scenario[],
): NoveltyModelArtefact {
  const benign = usableRuns(runs, scenarios).filter(({ isBenign }) => isBenign);
  return calibrateNoveltyModel(
    model,
    benign.map(({ band, minutes }) => ({ band, scores: minutes.map(({ vector }) => scoreNovelty(model, vector)) })),
  );
}

/** The largest smoothed score of a run; null where it has none. */
export function maximumOf(model: RiskModelArtefact | NoveltyModelArtefact, { minutes }: CalibrationRun): number | null {
  return runMaximum(
    minutes.map(({ vector }) =>
      model.kind === 'risk' ? (scoreRisk(model, vector)?.logit ?? null) : scoreNovelty(model, vector),
    ),
  );
}
