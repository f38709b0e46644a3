import type { CalibrationTable } from '../calibration/calibration-table.ts';
import type { SchemaIdentity } from '../features/feature-sets.ts';
import type { Network } from '../network/network.ts';
import type { Standardisation } from '../network/standardise.ts';
import type { ModelOrigin } from '../risk/risk-artefact.ts';

/** What draws a vector back to what benign rollouts look like. */
export type Reconstruction =
  /** Head `output` is the vector again, after a layer too narrow to remember it all. */
  | { readonly kind: 'autoencoder'; readonly network: Network }
  /** Orthonormal rows: the directions in which benign vectors differ most. */
  | { readonly kind: 'components'; readonly components: readonly (readonly number[])[] };

/** A model of benign rollouts, as it is stored and served: it says whether a rollout is like anything in training. */
export interface NoveltyModelArtefact {
  readonly kind: 'novelty';
  readonly version: string;
  readonly schema: SchemaIdentity;
  /** Over benign rows, so that their mean is 0. */
  readonly standardisation: Standardisation;
  readonly reconstruction: Reconstruction;
  /** Of smoothed errors of reconstruction, by run. */
  readonly calibration: CalibrationTable;
  readonly origin: ModelOrigin;
}

/** Share of benign rollouts that may be called novel. */
export const NOVELTY_ALPHA = 0.01;
