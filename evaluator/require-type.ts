import type { EvaluationDetails } from '../domain/index.ts';

/**
 * The details as they are if their value is of the type asked for, else the error TYPE_MISMATCH.
 *
 * A missing value passes: the caller's own default has the right type. A mismatch is no exposure, since the
 * variant is not served.
 */
export function requireType(
  details: EvaluationDetails,
  type: 'boolean' | 'string' | 'number' | 'object',
): EvaluationDetails {
  const { flagKey, value, flagMetadata } = details;
  if (value === undefined || typeof value === type) return details;
  return {
    flagKey,
    value: undefined,
    reason: 'ERROR',
    errorCode: 'TYPE_MISMATCH',
    errorMessage: `Flag ${JSON.stringify(flagKey)} is a ${typeof value}, but a ${type} was asked for.`,
    flagMetadata,
  };
}
