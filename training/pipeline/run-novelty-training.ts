import type { NewModel } from '../../domain/index.ts';
import {
  calibrateNoveltyModel,
  checkNoveltyArtefact,
  NOVELTY_ALPHA,
  type NoveltyModelArtefact,
  RISK_FEATURES_V2,
  schemaOf,
  scoreNovelty,
} from '../../models/index.ts';
import { buildDataSet, type DataSet, rowsIn } from '../dataset/build-data-set.ts';
import { NOVELTY_FIT } from '../fit/fit-autoencoder.ts';
import { fitNoveltyModels } from '../fit/fit-novelty-model.ts';
import { type NoveltyEvidence, passNoveltyGate } from '../gate/index.ts';
import { backtestNoveltyModel, type NoveltyBacktest } from './backtest-novelty-model.ts';
import { fitSettingsFor } from './fit-settings-for.ts';
import { noveltyCard } from './novelty-card.ts';
import { readSummaries } from './read-summaries.ts';
import { seedOf } from './seed-of.ts';
import { trainedRecord } from './trained-record.ts';
import type { TrainingOptions } from './training-options.ts';
import type { TrainingOutcome } from './training-outcome.ts';
import type { TrainingPorts, TrainingTools } from './training-ports.ts';
import { inputReference } from './training-reference.ts';

const REASON = 'a training run has made it';

/** A calibrated model with what it did on held-out rollouts. */
interface Judged {
  readonly model: NoveltyModelArtefact;
  readonly backtest: NoveltyBacktest;
}

/**
 * A training run for the novelty gate: the autoencoder and its baseline, twelve principal components, are fitted and
 * calibrated alike, and the autoencoder is kept only where it recognises more.
 */
export async function runNoveltyTraining(
  ports: TrainingPorts,
  tools: TrainingTools,
  options: TrainingOptions,
): Promise<TrainingOutcome> {
  const { run, signal } = options;
  const at = async (share: number, words: string, hash?: string) => {
    signal.throwIfAborted();
    await ports.report({ share, words }, hash);
  };
  await at(0.02, 'reading records and labels');
  const { summaries } = await readSummaries(ports, options);
  const built = buildDataSet(summaries, { cutOffMs: run.cutOffMs, digest: tools.digest });
  if (built.kind === 'refused') return { outcome: 'refused', reason: built.reason };
  const { dataSet } = built;
  const rows = rowsIn(dataSet, 'fit');
  await at(0.3, `fitting on ${rows.length} minutes`, dataSet.hash);
  const seed = seedOf(run, tools);
  const modelId = `${run.kind}-${run.runId}`;
  const {
    settings = {
      ...fitSettingsFor(rows.length),
      epochs: Math.max(NOVELTY_FIT.epochs, fitSettingsFor(rows.length).epochs),
    },
  } = options;
  const fitted = await fitNoveltyModels(rows, { version: modelId, schema: RISK_FEATURES_V2, seed, settings });
  if (fitted.kind === 'refused') return { outcome: 'refused', reason: fitted.reason };
  await at(0.7, 'judging it on rollouts that were held out');
  const judge = (model: NoveltyModelArtefact) => judged(model, dataSet, seed);
  const [network, components] = [
    judge(calibrated(fitted.autoencoder, dataSet)),
    judge(calibrated(fitted.components, dataSet)),
  ];
  const better = network.backtest.corruptedNovel > components.backtest.corruptedNovel ? network : components;
  const champion = await usableChampion(ports);
  const evidence = evidenceOf(better, champion && judge(champion));
  const gate = passNoveltyGate(evidence);
  const hash = tools.digest(JSON.stringify(better.model));
  const card = noveltyCard({
    modelId,
    dataSet,
    network: network.backtest,
    components: components.backtest,
    kept: better.model,
    gate,
  });
  // The last look at whether somebody has cancelled it, before anything is changed.
  await at(0.98, 'registering it');
  await ports.register(recordOf(options, { ...better, dataSet, settings, evidence, card, modelId }), REASON);
  const why = gate.reasons[0] ?? 'every check of the gate passed';
  if (gate.verdict === 'promote') await ports.promote(modelId, why);
  await at(1, gate.verdict === 'promote' ? 'promoted' : `kept the champion: ${why}`);
  return { outcome: 'trained', modelId, artefactSha256: hash, ...gate };
}

function calibrated(model: NoveltyModelArtefact, { runs }: DataSet): NoveltyModelArtefact {
  const benign = runs.filter(({ part, isHarmful }) => part === 'calibration' && !isHarmful);
  return calibrateNoveltyModel(
    model,
    benign.flatMap(({ band, rows }) =>
      band === undefined ? [] : [{ band, scores: rows.map(({ features }) => scoreNovelty(model, features)) }],
    ),
  );
}

function judged(model: NoveltyModelArtefact, { runs }: DataSet, seed: number): Judged {
  const heldOut = runs.filter(({ part }) => part === 'heldOut');
  return { model, backtest: backtestNoveltyModel(model, heldOut, { alpha: NOVELTY_ALPHA, seed }) };
}

function evidenceOf({ model, backtest }: Judged, champion: Judged | undefined): NoveltyEvidence {
  const checked = checkNoveltyArtefact(JSON.parse(JSON.stringify(model)));
  const { runs, novel, novelPValue, corruptedNovel } = backtest;
  return {
    schemaHash: model.schema.hash,
    knownSchemaHash: schemaOf(model.schema)?.hash ?? null,
    artefactFault: checked.kind === 'usable' ? null : checked.reason,
    artefactBytes: JSON.stringify(model).length,
    calibrationRuns: { found: model.calibration.pooled.length, needed: Math.ceil(1 / NOVELTY_ALPHA - 1) },
    benign: { runs, novel },
    novelPValue,
    corruptedShare: runs === 0 ? null : corruptedNovel / runs,
    championCorruptedShare: champion === undefined || runs === 0 ? null : champion.backtest.corruptedNovel / runs,
  };
}

/** A champion that cannot be used is none to fall behind. */
async function usableChampion(ports: TrainingPorts): Promise<NoveltyModelArtefact | undefined> {
  const champion = await ports.readChampion();
  const checked = champion && checkNoveltyArtefact(champion.artefact);
  return checked?.kind === 'usable' ? checked.artefact : undefined;
}

interface Made extends Judged {
  readonly modelId: string;
  readonly dataSet: DataSet;
  readonly settings: object;
  readonly evidence: NoveltyEvidence;
  readonly card: string;
}

function recordOf(
  options: TrainingOptions,
  { modelId, model, backtest, dataSet, settings, evidence, card }: Made,
): NewModel {
  // What it was fitted on.
  const harmless = rowsIn(dataSet, 'fit').filter(({ label }) => label === 0);
  return trainedRecord(options, {
    modelId,
    artefact: model,
    parentId: null,
    schemaHash: model.schema.hash,
    dataSetHash: dataSet.hash,
    seeds: [model.origin.seed],
    backend: model.origin.backend,
    hyperParameters: { ...(settings as Record<string, number>), reconstruction: model.reconstruction.kind },
    calibration: { alpha: NOVELTY_ALPHA, runs: model.calibration.pooled.length },
    metrics: { noveltyGate: { ...evidence }, backtest: { ...backtest }, inputs: inputReference(harmless) },
    modelCard: card,
  });
}
