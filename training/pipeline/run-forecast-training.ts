import {
  checkForecastArtefact,
  FORECAST_ALPHA,
  type ForecastArtefact,
  mean,
  type Predictor,
  predictStep,
} from '../../models/index.ts';
import { SHARES } from '../dataset/build-data-set.ts';
import { dataSetHash } from '../dataset/data-set-hash.ts';
import { type DataSetPart, partOf } from '../dataset/split-by-hash.ts';
import { seededStream } from '../fit/seeded-stream.ts';
import { backtestForecasters, type ForecastBacktest, pinballOf } from '../forecast/backtest-forecasters.ts';
import { calibratedForecaster } from '../forecast/calibrated-forecaster.ts';
import { FORECAST_FIT, fitForecasters } from '../forecast/fit-forecasters.ts';
import { type ForecastExample, type ForecastSeries, forecastExamples } from '../forecast/forecast-examples.ts';
import { generationSeries } from '../forecast/generation-series.ts';
import { watchRuns } from '../forecast/watch-runs.ts';
import { type ForecastEvidence, passForecastGate } from '../gate/index.ts';
import { forecastCard } from './forecast-card.ts';
import { forecastRecord } from './forecast-record.ts';
import { seedOf } from './seed-of.ts';
import type { TrainingOptions } from './training-options.ts';
import type { TrainingOutcome } from './training-outcome.ts';
import type { TrainingPorts, TrainingTools } from './training-ports.ts';

const REASON = 'a training run has made it';

/** Fewer examples than this teach a network of some hundred coefficients nothing. */
const MIN_EXAMPLES = 1_000;

/**
 * A training run for the forecaster: what control would show next, learned from control's own past in every rollout.
 *
 * No label is needed, because no treatment is in the series. The network is promoted only where it beats the robust level,
 * the linear regression and the robust seasonal baseline by more than the error bar; otherwise robust scores go on alone.
 */
export async function runForecastTraining(
  ports: TrainingPorts,
  tools: TrainingTools,
  options: TrainingOptions,
): Promise<TrainingOutcome> {
  const { run, signal, settings = FORECAST_FIT } = options;
  const at = async (share: number, words: string, hash?: string) => {
    signal.throwIfAborted();
    await ports.report({ share, words }, hash);
  };
  await at(0.02, 'reading what controls showed');
  const series = await readSeries(ports, options);
  const partsOf = (part: DataSetPart) => series.filter(({ rollout }) => partOf(rollout, SHARES, tools.digest) === part);
  const fitting = partsOf('fit').flatMap(forecastExamples);
  const heldOut = partsOf('heldOut').flatMap(forecastExamples);
  const reason = faultOf(fitting, heldOut);
  if (reason !== undefined) return { outcome: 'refused', reason };
  const hash = dataSetHash(series, tools.digest);
  await at(0.3, `fitting on ${fitting.length} steps`, hash);
  const seed = seedOf(run, tools);
  const fitted = await fitForecasters(fitting, { seed, settings });
  await at(0.7, 'judging it on rollouts that were held out');
  const backtest = backtestForecasters(fitted, heldOut, seededStream(seed, 'backtest').uniform);
  const calibration = watchRuns(fitted.network, partsOf('calibration'));
  const modelId = `${run.kind}-${run.runId}`;
  const model = calibratedForecaster(modelId, fitted.network, {
    calibration,
    origin: { backend: fitted.backend, seed, rowCount: fitting.length, runCount: series.length, harmfulShare: 0 },
  });
  const evidence = evidenceOf(model, {
    backtest,
    calibrationRuns: calibration.length,
    champion: await ports.readChampion(),
    heldOut,
  });
  const gate = passForecastGate(evidence);
  const card = forecastCard({ modelId, hash, series: series.length, backtest, gate });
  // The last look at whether somebody has cancelled it, before anything is changed.
  await at(0.98, 'registering it');
  await ports.register(forecastRecord(options, { model, modelId, hash, evidence, backtest, card, settings }), REASON);
  const why = gate.reasons[0] ?? 'every check of the gate passed';
  if (gate.verdict === 'promote') await ports.promote(modelId, why);
  await at(1, gate.verdict === 'promote' ? 'promoted' : `robust scores or the champion go on: ${why}`);
  return { outcome: 'trained', modelId, artefactSha256: tools.digest(JSON.stringify(model)), ...gate };
}

async function readSeries(ports: TrainingPorts, { run, signal }: TrainingOptions): Promise<readonly ForecastSeries[]> {
  const series: ForecastSeries[] = [];
  for (const rollout of await ports.listRollouts()) {
    signal.throwIfAborted();
    for (const generation of await ports.readGenerations(rollout))
      series.push(...generationSeries(generation, run.cutOffMs));
  }
  // The same model whoever lists rollouts in whatever order.
  return series.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function faultOf(fitting: readonly ForecastExample[], heldOut: readonly ForecastExample[]): string | undefined {
  if (fitting.length < MIN_EXAMPLES)
    return `Controls showed ${fitting.length} steps that follow an hour of history; a forecaster needs ${MIN_EXAMPLES}.`;
  return heldOut.length === 0 ? 'No rollout of more than an hour was held out to judge it by.' : undefined;
}

interface Judged {
  readonly backtest: ForecastBacktest;
  readonly calibrationRuns: number;
  readonly champion: Awaited<ReturnType<TrainingPorts['readChampion']>>;
  readonly heldOut: readonly ForecastExample[];
}

function evidenceOf(
  model: ForecastArtefact,
  { backtest, calibrationRuns, champion, heldOut }: Judged,
): ForecastEvidence {
  const checked = checkForecastArtefact(JSON.parse(JSON.stringify(model)));
  // A champion that cannot be used is none to fall behind.
  const before = champion === undefined ? undefined : checkForecastArtefact(champion.artefact);
  return {
    artefactFault: checked.kind === 'usable' ? null : checked.reason,
    artefactBytes: JSON.stringify(model).length,
    heldOutRollouts: backtest.rollouts,
    bestBaseline: backtest.bestBaseline,
    gain: backtest.gain,
    aboveUpper: backtest.aboveUpper,
    // Every other run is used for residuals, and the rest for the threshold.
    calibrationRuns: { found: Math.floor(calibrationRuns / 2), needed: Math.ceil(1 / FORECAST_ALPHA - 1) },
    loss: backtest.losses.network,
    championLoss: before?.kind === 'usable' ? lossOf(before.artefact.predictor, heldOut) : null,
  };
}

function lossOf(predictor: Predictor, examples: readonly ForecastExample[]): number {
  return mean(examples.map(({ inputs, ahead, target }) => pinballOf(predictStep(predictor, inputs, ahead), target)));
}
