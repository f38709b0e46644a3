import type { CalibrationTable } from '../calibration/calibration-table.ts';
import type { PlattScaling } from '../calibration/platt.ts';
import type { SchemaIdentity } from '../features/feature-sets.ts';
import type { Network } from '../network/network.ts';
import type { Standardisation } from '../network/standardise.ts';

/** Where a model comes from: what is needed to fit it again. */
export interface ModelOrigin {
  /** TensorFlow.js backend; coefficients are the same only on the same one. */
  readonly backend: string;
  readonly seed: number;
  readonly rowCount: number;
  readonly runCount: number;
  /** Share of harmful rows, by weight. */
  readonly harmfulShare: number;
}

/** A risk model as it is stored and served: plain JSON, and all that serving needs. */
export interface RiskModelArtefact {
  readonly kind: 'risk';
  readonly version: string;
  readonly schema: SchemaIdentity;
  readonly standardisation: Standardisation;
  /** Mean of each feature over benign training rows: what an explanation puts in a group's place. */
  readonly benignMean: readonly number[];
  /** Names of the classes of the head `harmType`, in its order; none for a model without it. */
  readonly harmTypes: readonly string[];
  /** Networks that differ by seed, with heads of `RISK_HEADS`; the score is the mean of their logits. */
  readonly ensemble: readonly Network[];
  readonly scaling: PlattScaling;
  /** Of smoothed scores, by run. Empty in a model that was not calibrated: it cannot alarm. */
  readonly calibration: CalibrationTable;
  readonly origin: ModelOrigin;
}

/** The heads of a risk network by name; only `harmful` must be there, as a logit. */
export const RISK_HEADS = {
  harmful: 'linear',
  sharedIncident: 'sigmoid',
  dataFault: 'sigmoid',
  harmType: 'softmax',
} as const;
