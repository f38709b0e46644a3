import {
  NO_CALIBRATION,
  type NoveltyModelArtefact,
  type Reconstruction,
  schemaOf,
  scoreNovelty,
} from '../../models/index.ts';
import { rowsFault } from './check-rows.ts';
import { fitAutoencoder } from './fit-autoencoder.ts';
import type { FitSettings } from './fit-network.ts';
import { type FitResult, refuse } from './fit-result.ts';
import { fitStandardisation } from './fit-standardisation.ts';
import { inputMatrix } from './input-matrix.ts';
import { principalComponents } from './principal-components.ts';
import { startBackend } from './start-backend.ts';
import type { TrainingRow } from './training-row.ts';

/** What novelty models to fit. */
export interface NoveltyFitOptions {
  readonly version: string;
  readonly schema: { readonly name: string; readonly version: number };
  readonly seed: number;
  readonly settings?: FitSettings;
}

/** The autoencoder, and the components that it has to beat; neither is calibrated yet. */
export interface FittedNoveltyModels {
  readonly autoencoder: NoveltyModelArtefact;
  readonly components: NoveltyModelArtefact;
  /** Training loss of the autoencoder by epoch. */
  readonly epochLosses: readonly number[];
}

/** Principal components that the baseline keeps. */
export const COMPONENT_COUNT = 12;

/** Fits both novelty models on the benign rows, those of data faults left out. */
export async function fitNoveltyModels(
  rows: readonly TrainingRow[],
  options: NoveltyFitOptions,
): Promise<FitResult<FittedNoveltyModels>> {
  const schema = schemaOf(options.schema);
  if (schema === undefined) return refuse(`Nobody makes features "${options.schema.name}".`);
  const benign = rows.filter(({ label, isDataFault }) => label === 0 && isDataFault === 0);
  const fault = rowsFault(schema, benign);
  if (fault !== undefined) return refuse(`Of the benign rows: ${fault}`);
  const backend = await startBackend();
  const standardisation = fitStandardisation(schema, benign);
  const matrix = inputMatrix(schema, standardisation, benign);
  const weights = benign.map(({ weight }) => weight);
  const { network, epochLosses } = fitAutoencoder(schema, matrix, weights, options);
  const components = principalComponents(matrix, weights, COMPONENT_COUNT);
  const artefactOf = (reconstruction: Reconstruction): NoveltyModelArtefact => ({
    kind: 'novelty',
    version: options.version,
    schema: { name: schema.name, version: schema.version, hash: schema.hash },
    standardisation,
    reconstruction,
    calibration: NO_CALIBRATION,
    origin: {
      backend: backend.name,
      seed: options.seed,
      rowCount: benign.length,
      runCount: new Set(benign.map(({ runId }) => runId)).size,
      harmfulShare: 0,
    },
  });
  const models = {
    autoencoder: artefactOf({ kind: 'autoencoder', network }),
    components: artefactOf({ kind: 'components', components }),
  };
  if (!scoresAll(models.autoencoder, benign) || !scoresAll(models.components, benign))
    return refuse('An output is not finite.');
  return { kind: 'fitted', ...models, epochLosses };
}

function scoresAll(model: NoveltyModelArtefact, rows: readonly TrainingRow[]): boolean {
  return rows.every(({ features }) => scoreNovelty(model, features) !== null);
}
