import type { VectorParity } from '../../controller/index.ts';
import { checkRiskArtefact, type RiskModelArtefact, schemaOf, scoreRisk } from '../../models/index.ts';
import type { DataSet } from '../dataset/build-data-set.ts';
import type { GateEvidence } from '../gate/index.ts';
import { averagePrecisionOn, type RiskBacktest } from './backtest-risk-model.ts';
import type { Replay } from './replay-decisions.ts';
import type { TrainingTools } from './training-ports.ts';

const TIMED_SCORES = 200;

/** A challenger with everything that was found out about it. */
export interface JudgedChallenger {
  readonly model: RiskModelArtefact;
  readonly backtest: RiskBacktest;
  readonly replay: Replay;
  readonly champion: { readonly modelId: string; readonly artefact: RiskModelArtefact } | undefined;
  readonly heldOut: DataSet['runs'];
  readonly parity: VectorParity;
  readonly tools: TrainingTools;
  readonly alpha: number;
}

/** What the gate is told of a challenger; what only the shadow and the canary can show is not measured yet. */
export function gatherEvidence({
  model,
  backtest,
  replay,
  champion,
  heldOut,
  parity,
  tools,
  alpha,
}: JudgedChallenger): GateEvidence {
  const checked = checkRiskArtefact(JSON.parse(JSON.stringify(model)));
  return {
    schemaHash: model.schema.hash,
    knownSchemaHash: schemaOf(model.schema)?.hash ?? null,
    parityError: parity.compared === 0 ? null : parity.largestDifference,
    artefactFault: checked.kind === 'usable' ? null : checked.reason,
    artefactBytes: JSON.stringify(model).length,
    inferenceMs: inferenceMs(
      model,
      heldOut.flatMap(({ rows }) => rows),
      tools,
    ),
    replayFailures: replay.observations === 0 ? null : replay.failures,
    averagePrecision: backtest.averagePrecision,
    championAveragePrecision: champion === undefined ? null : averagePrecisionOn(champion.artefact, heldOut),
    falseRollback: backtest.falseRollback,
    calibrationError: backtest.calibrationError,
    calibrationRuns: { found: model.calibration.pooled.length, needed: Math.ceil(1 / alpha - 1) },
    bandGap: backtest.bandGap,
    segmentGap: backtest.segmentGap,
    benchmarkCost: null,
    shadow: null,
    canary: null,
  };
}

/** Median of single scores: a pause of the process is no fault of the model. */
function inferenceMs(
  model: RiskModelArtefact,
  rows: readonly { readonly features: readonly number[] }[],
  { stopwatchMs }: TrainingTools,
): number | null {
  const times = rows.slice(0, TIMED_SCORES).map(({ features }) => {
    const startedMs = stopwatchMs();
    scoreRisk(model, features);
    return stopwatchMs() - startedMs;
  });
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? null;
}
