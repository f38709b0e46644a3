import { isRecord, isVector } from '../network/json-shape.ts';
import { TRAFFIC_BANDS } from './traffic-band.ts';

/** Why thresholds cannot be looked up in it, in words; undefined if they can. */
export function calibrationFault(table: unknown): string | undefined {
  if (!isRecord(table) || !isRecord(table['bands'])) return 'it has no calibration table';
  const { pooled, bands } = table;
  const lists: readonly unknown[] = [pooled, ...TRAFFIC_BANDS.map((band) => bands[band])];
  return lists.every(isAscending) ? undefined : 'a calibration table is not a list of ascending finite scores';
}

function isAscending(list: unknown): boolean {
  if (!Array.isArray(list) || !isVector(list, list.length)) return false;
  return list.every((value, index) => index === 0 || value >= list[index - 1]!);
}
