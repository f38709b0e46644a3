import type { JsonValue, NewModel } from '../../domain/index.ts';
import { RISK_FEATURES_V2 } from '../../models/index.ts';
import { type DataSet, rowsIn } from '../dataset/build-data-set.ts';
import type { GateEvidence } from '../gate/index.ts';
import type { RiskBacktest } from './backtest-risk-model.ts';
import type { FittedChallenger } from './fit-challenger.ts';
import { fitSettingsFor } from './fit-settings-for.ts';
import type { Replay } from './replay-decisions.ts';
import { trainedRecord } from './trained-record.ts';
import type { TrainingOptions } from './training-options.ts';
import { trainingReference } from './training-reference.ts';

/** What a run has made, ready to be registered. */
export interface MadeChallenger {
  readonly modelId: string;
  readonly challenger: FittedChallenger;
  readonly dataSet: DataSet;
  readonly evidence: GateEvidence;
  readonly backtest: RiskBacktest;
  readonly replay: Replay;
  readonly championId: string | null;
  readonly card: string;
  readonly alpha: number;
}

/** The record of a challenger: where it comes from and what it is worth. */
export function challengerRecord(
  options: TrainingOptions,
  { modelId, challenger, dataSet, evidence, backtest, replay, championId, card, alpha }: MadeChallenger,
): NewModel {
  const { model, report } = challenger;
  const { members, settings } = options;
  return trainedRecord(options, {
    modelId,
    artefact: model,
    parentId: championId,
    schemaHash: model.schema.hash,
    dataSetHash: dataSet.hash,
    seeds: [model.origin.seed],
    backend: model.origin.backend,
    hyperParameters: {
      ...(settings ?? fitSettingsFor(rowsIn(dataSet, 'fit').length)),
      members,
      features: RISK_FEATURES_V2.version,
    },
    calibration: { alpha, runs: model.calibration.pooled.length, ...asJson(model.scaling) },
    metrics: {
      gate: asJson(evidence),
      backtest: asJson(backtest),
      replay: asJson(replay),
      fit: asJson(report),
      ...asJson(trainingReference(model, dataSet)),
    },
    modelCard: card,
  });
}

/** Numbers that JSON does not have become null. */
function asJson(value: object): { readonly [key: string]: JsonValue } {
  return JSON.parse(JSON.stringify(value)) as { readonly [key: string]: JsonValue };
}
