/** Conditions on a measured value; an absent one is not specified in the template. */
export interface Conditions {
  /** Success condition: the value is at least this. */
  readonly successFrom?: number;
  /** Failure condition: the value is below this. */
  readonly failureBelow?: number;
}

/** What one measurement came to. */
export type MeasurementPhase = 'successful' | 'failed' | 'inconclusive' | 'error';

/** Judges a value as Argo Rollouts does (`utils/evaluate/evaluate.go`); null: the query failed or had no result. */
export function judgeMeasurement(value: number | null, { successFrom, failureBelow }: Conditions): MeasurementPhase {
  if (value === null) return 'error';
  const isSuccess = successFrom !== undefined && value >= successFrom;
  const isFailure = failureBelow !== undefined && value < failureBelow;
  if (isFailure) return 'failed';
  if (isSuccess) return 'successful';
  // Without any condition everything is a success, whatever the documentation says.
  if (successFrom === undefined) return 'successful';
  return failureBelow === undefined ? 'failed' : 'inconclusive';
}
