/** How much traffic a rollout's flag has; the fewer units, the wilder the scores. */
export type TrafficBand = 'low' | 'medium' | 'high';

/** The bands from the one with the fewest units on. */
export const TRAFFIC_BANDS: readonly TrafficBand[] = ['low', 'medium', 'high'];

/** Eligible units a minute from which a rollout is in the medium, and up to which it is. */
export const MEDIUM_TRAFFIC: readonly [from: number, upTo: number] = [200, 5000];

/** Minutes of a rollout that decide its band. */
export const BAND_MINUTES = 10;

/** The band of a rollout by the median of its first ten minutes' eligible units; undefined before they are over. */
export function trafficBandOf(unitsPerMinute: readonly number[]): TrafficBand | undefined {
  if (unitsPerMinute.length < BAND_MINUTES) return undefined;
  const sorted = unitsPerMinute.slice(0, BAND_MINUTES).sort((a, b) => a - b);
  const median = (sorted[BAND_MINUTES / 2 - 1]! + sorted[BAND_MINUTES / 2]!) / 2;
  if (median < MEDIUM_TRAFFIC[0]) return 'low';
  return median <= MEDIUM_TRAFFIC[1] ? 'medium' : 'high';
}
