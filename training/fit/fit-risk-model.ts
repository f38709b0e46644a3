import { type KnownSchema, type RiskModelArtefact, schemaOf } from '../../models/index.ts';
import { averagePrecision } from '../backtest/average-precision.ts';
import { haveBothLabels, rowsFault } from './check-rows.ts';
import { type EnsembleFit, fitEnsemble } from './fit-ensemble.ts';
import { type FitSettings, RISK_FIT } from './fit-network.ts';
import { type FitResult, refuse } from './fit-result.ts';
import { type RiskFitReport, reportFault } from './risk-fit-report.ts';
import { labelled, logitsOf, logLossOf } from './score-rows.ts';
import { shuffleLabels } from './shuffle-labels.ts';
import { splitRuns } from './split-runs.ts';
import { startBackend } from './start-backend.ts';
import type { TrainingRow } from './training-row.ts';

/** What risk model to fit. */
export interface RiskFitOptions {
  readonly version: string;
  readonly schema: { readonly name: string; readonly version: number };
  readonly seed: number;
  readonly settings?: FitSettings;
  /** Five by default. */
  readonly members?: number;
  /** Share of the runs that the fit is judged by; a fifth by default. */
  readonly heldOutShare?: number;
}

/** A fitted risk model with what it is compared with, all on runs that were held out. */
export interface FittedRiskModel {
  /** Not calibrated: it cannot alarm before `calibrateRiskModel`. */
  readonly model: RiskModelArtefact;
  /** The logistic regression on the same rows: the ablation's. */
  readonly logistic: RiskModelArtefact;
  readonly report: RiskFitReport;
}

/** Widths of the hidden layers of the risk model. */
export const RISK_HIDDEN: readonly number[] = [32, 16];

/** Fits a risk model and judges it on other runs than it was fitted on; a model that learned nothing is refused. */
export async function fitRiskModel(
  rows: readonly TrainingRow[],
  options: RiskFitOptions,
): Promise<FitResult<FittedRiskModel>> {
  const schema = schemaOf(options.schema);
  if (schema === undefined) return refuse(`Nobody makes features "${options.schema.name}".`);
  const fault = rowsFault(schema, rows);
  if (fault !== undefined) return refuse(fault);
  const { fitting, heldOut } = splitRuns(rows, options.heldOutShare ?? 0.2, options.seed);
  if (!haveBothLabels(fitting) || !haveBothLabels(heldOut))
    return refuse('There are too few runs: both labels are needed to fit on and among the runs held out.');
  const fit = await planFit(options, schema, rows);
  const { model, epochLosses } = fitEnsemble(fit, fitting);
  const logistic = fitLogistic(fit, fitting);
  const shuffled = {
    fitting: shuffleLabels(fitting, options.seed, 'fitting'),
    heldOut: shuffleLabels(heldOut, options.seed, 'held out'),
  };
  const control = fitEnsemble({ ...fit, members: 1 }, shuffled.fitting).model;
  const logits = [model, logistic, control].map((one) => finite(logitsOf(one, heldOut)));
  const [ofModel, ofLogistic, ofControl] = logits;
  if (!ofModel || !ofLogistic || !ofControl) return refuse('An output is not finite.');
  const report: RiskFitReport = {
    backend: fit.backend.name,
    heldOutRowCount: heldOut.length,
    loss: logLossOf(ofModel, heldOut),
    logisticLoss: logLossOf(ofLogistic, heldOut),
    constantLoss: constantLoss(model.origin.harmfulShare, heldOut),
    averagePrecision: averagePrecision(labelled(ofModel, heldOut)),
    baseRate: heldOut.filter(({ label }) => label === 1).length / heldOut.length,
    shuffledAveragePrecision: averagePrecision(labelled(ofControl, shuffled.heldOut)),
    epochLosses,
  };
  const reason = reportFault(report);
  return reason === undefined ? { kind: 'fitted', model, logistic, report } : refuse(reason);
}

async function planFit(
  { version, seed, members = 5, settings = RISK_FIT }: RiskFitOptions,
  schema: KnownSchema,
  rows: readonly TrainingRow[],
): Promise<EnsembleFit> {
  const harmTypes = [...new Set(rows.flatMap(({ harmType }) => (harmType === null ? [] : [harmType])))].sort();
  const backend = await startBackend();
  return { version, schema, seed, members, hidden: RISK_HIDDEN, hasAllHeads: true, harmTypes, settings, backend };
}

/** The baseline gets larger steps, and enough of them to arrive: one that is still on its way is easily beaten. */
function fitLogistic(fit: EnsembleFit, rows: readonly TrainingRow[]): RiskModelArtefact {
  const { settings } = fit;
  const epochs = Math.max(settings.epochs, Math.ceil(LOGISTIC_STEPS / Math.ceil(rows.length / settings.batchSize)));
  const eager = { ...settings, learningRate: 10 * settings.learningRate, epochs };
  return fitEnsemble({ ...fit, settings: eager, hidden: [], hasAllHeads: false, members: 1 }, rows).model;
}

const LOGISTIC_STEPS = 500;

function constantLoss(harmfulShare: number, rows: readonly TrainingRow[]): number {
  const logit = Math.log(harmfulShare / (1 - harmfulShare));
  return logLossOf(
    rows.map(() => logit),
    rows,
  );
}

function finite(logits: readonly (number | null)[]): readonly number[] | undefined {
  const numbers = logits.filter((logit) => logit !== null);
  return numbers.length === logits.length ? numbers : undefined;
}
