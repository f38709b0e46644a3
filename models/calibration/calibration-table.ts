import { conformalRank, conformalThreshold } from './conformal.ts';
import { TRAFFIC_BANDS, type TrafficBand } from './traffic-band.ts';

/** The largest scores of benign calibration runs, ascending: all together, and by traffic. */
export interface CalibrationTable {
  readonly pooled: readonly number[];
  readonly bands: Readonly<Record<TrafficBand, readonly number[]>>;
}

/** One benign run of the calibration. */
export interface CalibrationRun {
  readonly band: TrafficBand;
  /** M = max_t S_t; a run that ended before its fifth stratum has none and is left out. */
  readonly maximum: number;
}

/** A table without runs: every threshold is +∞. */
export const NO_CALIBRATION: CalibrationTable = { pooled: [], bands: { low: [], medium: [], high: [] } };

/** The table of some runs. */
export function calibrationTableOf(runs: readonly CalibrationRun[]): CalibrationTable {
  const ascending = (some: readonly CalibrationRun[]) => some.map(({ maximum }) => maximum).sort((a, b) => a - b);
  const ofBand = (band: TrafficBand) => ascending(runs.filter((run) => run.band === band));
  return { pooled: ascending(runs), bands: { low: ofBand('low'), medium: ofBand('medium'), high: ofBand('high') } };
}

/**
 * The threshold of a band at α (Mondrian conformal prediction: the promise holds within each band).
 *
 * A band with fewer than 1/α − 1 runs takes the larger one of the pooled threshold and that of the next band with less
 * traffic, where scores are wilder; the lowest band looks upwards instead. Nor is the lowest band ever below the pooled threshold:
 * it reaches from next to no traffic to where scores are as wild as anywhere. Without a band, the pooled threshold.
 */
export function bandThreshold(table: CalibrationTable, band: TrafficBand | undefined, alpha: number): number {
  const pooled = conformalThreshold(table.pooled, alpha);
  if (band === undefined) return pooled;
  if (hasEnough(table.bands[band], alpha)) {
    const own = conformalThreshold(table.bands[band], alpha);
    return band === TRAFFIC_BANDS[0] ? Math.max(own, pooled) : own;
  }
  const neighbour = neighboursOf(band).find((other) => hasEnough(table.bands[other], alpha));
  return neighbour === undefined ? pooled : Math.max(pooled, conformalThreshold(table.bands[neighbour], alpha));
}

function hasEnough(maxima: readonly number[], alpha: number): boolean {
  return conformalRank(maxima.length, alpha) <= maxima.length;
}

/** The other bands, first those with less traffic, the nearest one first. */
function neighboursOf(band: TrafficBand): readonly TrafficBand[] {
  const index = TRAFFIC_BANDS.indexOf(band);
  return [...TRAFFIC_BANDS.slice(0, index).reverse(), ...TRAFFIC_BANDS.slice(index + 1)];
}
