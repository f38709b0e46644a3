import { calibrateRiskModel, RISK_FEATURES_V2, type RiskModelArtefact } from '../../models/index.ts';
import { type DataSet, rowsIn } from '../dataset/build-data-set.ts';
import type { FitSettings } from '../fit/fit-network.ts';
import { type FitResult, refuse } from '../fit/fit-result.ts';
import { fitRiskModel } from '../fit/fit-risk-model.ts';
import type { RiskFitReport } from '../fit/risk-fit-report.ts';
import { logitsOfRun } from './play-run.ts';

/** What is fitted. */
export interface ChallengerFit {
  readonly version: string;
  readonly seed: number;
  readonly settings: FitSettings;
  readonly members: number;
}

/** A challenger that can alarm, with the figures of its fit. */
export interface FittedChallenger {
  readonly model: RiskModelArtefact;
  readonly report: RiskFitReport;
}

/** Fits a risk model on one part of the data set and calibrates it on another. */
export async function fitChallenger(
  dataSet: DataSet,
  { version, seed, settings, members }: ChallengerFit,
): Promise<FitResult<FittedChallenger>> {
  const fitted = await fitRiskModel(rowsIn(dataSet, 'fit'), {
    version,
    schema: RISK_FEATURES_V2,
    seed,
    settings,
    members,
  });
  if (fitted.kind === 'refused') return fitted;
  const runs = dataSet.runs.filter(({ part }) => part === 'calibration');
  const calibrated = calibrateRiskModel(
    fitted.model,
    runs.flatMap((run) => {
      if (run.band === undefined) return [];
      const logits = logitsOfRun(fitted.model, run);
      return [{ band: run.band, strata: logits.map((logit, index) => ({ logit, label: run.rows[index]!.label })) }];
    }),
  );
  if (calibrated === undefined) return refuse(`The ${runs.length} rollouts to calibrate with do not have both labels.`);
  return { kind: 'fitted', model: calibrated, report: fitted.report };
}
