/** What a model has to keep to. */
export interface GateLimits {
  readonly artefactBytes: number;
  readonly inferenceMs: number;
  readonly parityError: number;
  /** How far average precision may lie below the champion's. */
  readonly averagePrecisionLoss: number;
  /** α: share of benign rollouts that may be rolled back. */
  readonly falseRollback: number;
  readonly calibrationError: number;
  readonly shadowDays: number;
  readonly shadowRollouts: number;
  readonly scoreStability: number;
  readonly canaryRollouts: number;
}

/** The limits unless somebody says otherwise. */
export const GATE_LIMITS: GateLimits = {
  artefactBytes: 2 * 1024 * 1024,
  inferenceMs: 1,
  parityError: 1e-9,
  averagePrecisionLoss: 0.005,
  falseRollback: 0.02,
  calibrationError: 0.03,
  shadowDays: 7,
  shadowRollouts: 50,
  scoreStability: 0.2,
  canaryRollouts: 20,
};
