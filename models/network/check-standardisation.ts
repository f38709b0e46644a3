import { isRecord, isVector } from './json-shape.ts';

/** Why inputs cannot be standardised by it, in words; undefined if they can. */
export function standardisationFault(value: unknown, width: number): string | undefined {
  if (!isRecord(value)) return 'it has no standardisation';
  const { mean, sd } = value;
  if (!isVector(mean, width)) return 'the means are not one finite number per feature';
  if (!isVector(sd, width)) return 'the standard deviations are not one finite number per feature';
  return sd.every((one) => one > 0) ? undefined : 'a standard deviation is not above 0';
}
