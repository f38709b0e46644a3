import type { DecisionModels } from '../../controller/index.ts';
import type { JsonValue } from '../../domain/index.ts';
import { checkRiskArtefact, type RiskModelArtefact } from '../../models/index.ts';
import { buildDataSet, type DataSet, rowsIn } from '../dataset/build-data-set.ts';
import { seededStream } from '../fit/seeded-stream.ts';
import { GATE_LIMITS, passGate } from '../gate/index.ts';
import { backtestRiskModel } from './backtest-risk-model.ts';
import { challengerRecord } from './challenger-record.ts';
import { type FittedChallenger, fitChallenger } from './fit-challenger.ts';
import { fitSettingsFor } from './fit-settings-for.ts';
import { gatherEvidence } from './gather-evidence.ts';
import { modelCard } from './model-card.ts';
import { readSummaries } from './read-summaries.ts';
import { NO_REPLAY, type Replay, replayGeneration } from './replay-decisions.ts';
import { seedOf } from './seed-of.ts';
import type { TrainingOptions } from './training-options.ts';
import type { TrainingOutcome } from './training-outcome.ts';
import type { TrainingPorts, TrainingTools } from './training-ports.ts';

const REPLICATES = 400;
const MAX_REPLAYED_PER_ROLLOUT = 200;

/**
 * A training run from labels and records to a registered challenger.
 *
 * Everything depends on the run's id, its cut-off and what was known by then, so a run that was cut off and begins again
 * makes the same model. The signal is looked at between steps; the champion changes in the last one or not at all.
 */
export async function runTraining(
  ports: TrainingPorts,
  tools: TrainingTools,
  options: TrainingOptions,
): Promise<TrainingOutcome> {
  const { run, signal } = options;
  const alpha = options.gate.limits?.falseRollback ?? GATE_LIMITS.falseRollback;
  const at = async (share: number, words: string, hash?: string) => {
    signal.throwIfAborted();
    await ports.report({ share, words }, hash);
  };
  await at(0.02, 'reading records and labels');
  const { summaries, parity } = await readSummaries(ports, options);
  const built = buildDataSet(summaries, { cutOffMs: run.cutOffMs, digest: tools.digest });
  if (built.kind === 'refused') return { outcome: 'refused', reason: built.reason };
  const { dataSet } = built;
  await at(0.2, `fitting on ${rowsIn(dataSet, 'fit').length} minutes`, dataSet.hash);
  const challenger = await fitOnce(ports, dataSet, options, seedOf(run, tools));
  if (challenger.kind === 'refused') return { outcome: 'refused', reason: challenger.reason };
  const { model } = challenger;
  const modelId = `${run.kind}-${run.runId}`;
  const hash = tools.digest(JSON.stringify(model));
  await at(0.7, 'judging it on rollouts that were held out');
  const heldOut = dataSet.runs.filter(({ part }) => part === 'heldOut');
  const { uniform } = seededStream(seedOf(run, tools), 'backtest');
  const backtest = backtestRiskModel(model, heldOut, alpha, { replicates: REPLICATES, level: 0.95, uniform });
  const champion = await readChampion(ports);
  await at(0.8, 'deciding again what was recorded');
  const replay = await replayHeldOut(
    ports,
    tools,
    options,
    heldOut.map(({ rollout }) => rollout),
    { risk: { id: modelId, hash, fittedAtMs: null, artefact: model }, novelty: null, alpha },
  );
  await at(0.95, 'asking the gate');
  const evidence = gatherEvidence({ model, backtest, replay, champion, heldOut, parity, tools, alpha });
  const gate = passGate(evidence, options.gate);
  const championId = champion?.modelId ?? null;
  const card = modelCard({ modelId, model, dataSet, backtest, replay, gate, championId, alpha });
  // The last look at whether somebody has cancelled it, before anything is changed.
  await at(0.98, 'registering it');
  await ports.register(
    challengerRecord(options, { modelId, challenger, dataSet, evidence, backtest, replay, championId, card, alpha }),
    REASON,
  );
  const why = gate.reasons[0] ?? 'every check of the gate passed';
  if (gate.verdict === 'promote') await ports.promote(modelId, why);
  else if (gate.nextState === 'shadow' || gate.nextState === 'canary') await ports.moveToShadow(modelId, why);
  await at(1, gate.verdict === 'promote' ? 'promoted' : `kept the champion: ${why}`);
  return { outcome: 'trained', modelId, artefactSha256: hash, ...gate };
}

const REASON = 'a training run has made it';

/** The fit is the step that takes long: what an earlier attempt has fitted on the same data set is taken. */
async function fitOnce(
  ports: TrainingPorts,
  dataSet: DataSet,
  { run, members, settings = fitSettingsFor(rowsIn(dataSet, 'fit').length) }: TrainingOptions,
  seed: number,
): ReturnType<typeof fitChallenger> {
  const kept = (await ports.readStep('fit')) as unknown as
    | (FittedChallenger & { readonly dataSetHash: string })
    | undefined;
  if (kept?.dataSetHash === dataSet.hash && checkRiskArtefact(kept.model).kind === 'usable')
    return { kind: 'fitted', model: kept.model, report: kept.report };
  const fitted = await fitChallenger(dataSet, { version: `${run.kind}-${run.runId}`, seed, settings, members });
  if (fitted.kind === 'fitted') {
    const { model, report } = fitted;
    await ports.writeStep('fit', { dataSetHash: dataSet.hash, model, report } as unknown as JsonValue);
  }
  return fitted;
}

/** A champion that cannot be used is none to fall behind. */
async function readChampion(
  ports: TrainingPorts,
): Promise<{ readonly modelId: string; readonly artefact: RiskModelArtefact } | undefined> {
  const champion = await ports.readChampion();
  if (champion === undefined) return undefined;
  const checked = checkRiskArtefact(champion.artefact);
  return checked.kind === 'usable' ? { modelId: champion.modelId, artefact: checked.artefact } : undefined;
}

async function replayHeldOut(
  ports: TrainingPorts,
  { decide }: TrainingTools,
  { run, signal }: TrainingOptions,
  rollouts: readonly string[],
  models: DecisionModels,
): Promise<Replay> {
  let replay = NO_REPLAY;
  for (const rollout of new Set(rollouts)) {
    signal.throwIfAborted();
    for (const generation of await ports.readGenerations(rollout))
      replay = replayGeneration(replay, generation, models, {
        cutOffMs: run.cutOffMs,
        limit: MAX_REPLAYED_PER_ROLLOUT,
        decide,
      });
  }
  return replay;
}
