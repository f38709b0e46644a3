import {
  type KnownSchema,
  NO_CALIBRATION,
  NO_SCALING,
  RISK_HEADS,
  type RiskModelArtefact,
} from '../../models/index.ts';
import { type FitSettings, fitNetwork } from './fit-network.ts';
import { fitStandardisation, meansOf } from './fit-standardisation.ts';
import { inputMatrix } from './input-matrix.ts';
import type { NetworkShape } from './network-variables.ts';
import { riskBatch } from './risk-batch.ts';
import { riskTargets } from './risk-targets.ts';
import type { StartedBackend } from './start-backend.ts';
import type { TrainingRow } from './training-row.ts';

/** A risk model to fit. */
export interface EnsembleFit {
  readonly version: string;
  readonly schema: KnownSchema;
  readonly seed: number;
  /** Networks that differ by seed. */
  readonly members: number;
  /** Widths of the hidden layers; none for a logistic regression. */
  readonly hidden: readonly number[];
  /** False: only `harmful` is asked, as of a baseline. */
  readonly hasAllHeads: boolean;
  /** Names of the harm types, if any are known; ignored without all heads. */
  readonly harmTypes: readonly string[];
  readonly settings: FitSettings;
  readonly backend: StartedBackend;
}

/** The fitted networks as an artefact that is not calibrated yet, and the loss of each after each epoch. */
export function fitEnsemble(
  fit: EnsembleFit,
  rows: readonly TrainingRow[],
): { readonly model: RiskModelArtefact; readonly epochLosses: readonly (readonly number[])[] } {
  const { schema, settings } = fit;
  const harmTypes = fit.hasAllHeads ? fit.harmTypes : [];
  const standardisation = fitStandardisation(schema, rows);
  const matrix = inputMatrix(schema, standardisation, rows);
  const targets = riskTargets(rows, harmTypes);
  const members = Array.from({ length: fit.members }, (_, member) =>
    fitNetwork({
      shape: shapeOf(fit),
      settings,
      // Fits with neighbouring seeds share no member.
      seed: fit.seed * SEEDS_PER_FIT + member,
      rowCount: rows.length,
      batch: (order, stream) => riskBatch(schema, matrix, targets, order, stream),
    }),
  );
  const { name, version, hash } = schema;
  const model: RiskModelArtefact = {
    kind: 'risk',
    version: fit.version,
    schema: { name, version, hash },
    standardisation,
    benignMean: meansOf(
      schema,
      rows.filter(({ label }) => label === 0),
    ),
    harmTypes,
    ensemble: members.map(({ network }) => network),
    scaling: NO_SCALING,
    calibration: NO_CALIBRATION,
    origin: {
      backend: fit.backend.name,
      seed: fit.seed,
      rowCount: rows.length,
      runCount: new Set(rows.map(({ runId }) => runId)).size,
      harmfulShare: totalWeight(rows.filter(({ label }) => label === 1)) / totalWeight(rows),
    },
  };
  return { model, epochLosses: members.map(({ epochLosses }) => epochLosses) };
}

const SEEDS_PER_FIT = 1000;

function shapeOf({ schema, hidden, hasAllHeads, harmTypes }: EnsembleFit): NetworkShape {
  const inputs = schema.features.length;
  const harmful = { kind: RISK_HEADS.harmful, outputs: 1 };
  if (!hasAllHeads) return { inputs, hidden, heads: { harmful } };
  const heads = {
    harmful,
    sharedIncident: { kind: RISK_HEADS.sharedIncident, outputs: 1 },
    dataFault: { kind: RISK_HEADS.dataFault, outputs: 1 },
  };
  // A head without outputs is none.
  if (harmTypes.length === 0) return { inputs, hidden, heads };
  const harmType = { kind: RISK_HEADS.harmType, outputs: harmTypes.length };
  return { inputs, hidden, heads: { ...heads, harmType } };
}

function totalWeight(rows: readonly TrainingRow[]): number {
  return rows.reduce((sum, { weight }) => sum + weight, 0);
}
