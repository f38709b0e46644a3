import { durationBinMidMs, durationBinOf } from '../../domain/index.ts';
import { type DurationSketch, mergeSketches } from '../duration-sketch.ts';
import { clip } from './feature-set.ts';
import type { RiskStratum } from './risk-stratum.ts';

/** Sketches of both sides over some minutes. */
export interface SketchBlock {
  readonly treatment: DurationSketch;
  readonly control: DurationSketch;
}

/**
 * Durations of the trailing 5 to 10 minutes: a block that fills for five minutes, and the one before it.
 *
 * Ten sketches, one a minute, would be trailing to the minute, and five times as large in the database.
 */
export interface TrailingDurations {
  readonly before: SketchBlock;
  readonly filling: SketchBlock;
  /** Minutes that the filling block holds, 0 to 4. */
  readonly minutes: number;
}

const BLOCK_MINUTES = 5;
const QUANTILES = [0.5, 0.95, 0.99];
const LEAST_UNITS = 50;
const NO_BLOCK: SketchBlock = { treatment: {}, control: {} };

/** The state before the first stratum. */
export function emptyTrailing(): TrailingDurations {
  return { before: NO_BLOCK, filling: NO_BLOCK, minutes: 0 };
}

/** One minute later. */
export function addToTrailing(state: TrailingDurations, { durations, isBurnIn }: RiskStratum): TrailingDurations {
  const filling = durations === undefined || isBurnIn ? state.filling : mergeBlocks(state.filling, durations);
  if (state.minutes + 1 < BLOCK_MINUTES) return { ...state, filling, minutes: state.minutes + 1 };
  return { before: filling, filling: NO_BLOCK, minutes: 0 };
}

/** ln(Q_T(p)/Q_C(p)) for the median, p95 and p99; all 0 while a side has fewer than 50 units. */
export function logQuantileRatios({ before, filling }: TrailingDurations): readonly number[] {
  const treatment = quantilesMs([before.treatment, filling.treatment]);
  const control = quantilesMs([before.control, filling.control]);
  if (treatment === undefined || control === undefined) return QUANTILES.map(() => 0);
  return treatment.map((ms, index) => Math.log(ms / control[index]!));
}

/** As `quantileBins` of the merged sketches, but in an array of all bins: this runs for every stratum of a simulation. */
function quantilesMs(sketches: readonly DurationSketch[]): readonly number[] | undefined {
  const counts = new Float64Array(LAST_BIN - FIRST_BIN + 1);
  let total = 0;
  for (const sketch of sketches) {
    for (const bin of Object.keys(sketch)) {
      counts[clip(Number(bin), FIRST_BIN, LAST_BIN) - FIRST_BIN]! += sketch[bin]!;
      total += sketch[bin]!;
    }
  }
  if (total < LEAST_UNITS) return undefined;
  let [index, counted] = [0, counts[0]!];
  return QUANTILES.map((p) => {
    while (counted < p * total && index + 1 < counts.length) {
      index += 1;
      counted += counts[index]!;
    }
    return durationBinMidMs(index + FIRST_BIN);
  });
}

const FIRST_BIN = durationBinOf(0);
const LAST_BIN = durationBinOf(Number.POSITIVE_INFINITY);

function mergeBlocks(left: SketchBlock, right: SketchBlock): SketchBlock {
  return {
    treatment: mergeSketches(left.treatment, right.treatment),
    control: mergeSketches(left.control, right.control),
  };
}
