import {
  type BootstrapOptions,
  clusterBootstrap,
  clustersBy,
  plattProbability,
  type RiskModelArtefact,
  TRAFFIC_BANDS,
  type TrafficBand,
} from '../../models/index.ts';
import { averagePrecision } from '../backtest/average-precision.ts';
import { expectedCalibrationError } from '../backtest/calibration-error.ts';
import { fairnessGaps } from '../backtest/fairness-gaps.ts';
import { falseRollbackTally, missTally, runErrors } from '../backtest/run-errors.ts';
import type { Scored } from '../backtest/scored.ts';
import { addTallies, rateOf, type Tally } from '../backtest/tally.ts';
import type { DataSetRun } from '../dataset/build-data-set.ts';
import type { Measured, MeasuredGap } from '../gate/index.ts';
import { logitsOfRun, playRun } from './play-run.ts';

/** Errors of some runs. */
export interface BacktestErrors {
  readonly runs: number;
  readonly falseRollback: Measured;
  readonly miss: Measured;
}

/** How good a risk model would have been on rollouts that were held out. */
export interface RiskBacktest extends BacktestErrors {
  readonly rows: number;
  readonly unscoredRows: number;
  /** By minute; whole runs are drawn for the interval. */
  readonly averagePrecision: Measured;
  /** Share of harmful minutes: the average precision of a score that knows nothing. */
  readonly baseRate: number;
  /** Of probabilities before they are shifted to the expected share of harm. */
  readonly calibrationError: number;
  readonly delayMedian: Measured;
  readonly byBand: Readonly<Partial<Record<TrafficBand, BacktestErrors>>>;
  readonly bandGap: MeasuredGap | null;
  readonly segmentGap: MeasuredGap | null;
}

/** A run with what the model made of it. */
interface JudgedRun {
  readonly cluster: string;
  readonly isHarmful: boolean;
  readonly isRolledBack: boolean;
  readonly delayMinutes?: number;
  readonly weight: number;
  readonly band: TrafficBand | undefined;
  readonly bucketBy: string;
  readonly score: number;
  readonly scored: readonly Scored[];
  readonly unscored: number;
}

/** Plays a calibrated model on held-out runs; generations of one rollout depend on each other and are drawn together. */
export function backtestRiskModel(
  model: RiskModelArtefact,
  runs: readonly DataSetRun[],
  alpha: number,
  options: BootstrapOptions,
): RiskBacktest {
  const judged = runs.map((run) => judgeRun(model, run, alpha));
  const scored = judged.flatMap((run) => run.scored);
  const { delayMedian } = runErrors(judged, options);
  const gapBetween = (segmentOf: (run: JudgedRun) => string | undefined): MeasuredGap | null => {
    const segmented = judged.flatMap((run) => {
      const segment = segmentOf(run);
      return segment === undefined ? [] : [{ ...run, segment, harmPerUser: 0 }];
    });
    return fairnessGaps(segmented, options).falseRollback ?? null;
  };
  const ofBand = (band: TrafficBand) => {
    const some = judged.filter((run) => run.band === band);
    return some.length === 0 ? [] : [[band, errorsOf(some, options)] as const];
  };
  const scaling = { ...model.scaling, shift: 0 };
  return {
    ...errorsOf(judged, options),
    rows: scored.length,
    unscoredRows: judged.reduce((sum, { unscored }) => sum + unscored, 0),
    averagePrecision: precisionOf(judged, options),
    baseRate: scored.filter(({ isPositive }) => isPositive).length / scored.length,
    calibrationError: expectedCalibrationError(
      scored.map(({ score, isPositive }) => ({ score: plattProbability(scaling, score), isPositive })),
    ),
    delayMedian,
    byBand: Object.fromEntries(TRAFFIC_BANDS.flatMap(ofBand)),
    bandGap: gapBetween(({ band }) => band),
    segmentGap: gapBetween(({ bucketBy }) => bucketBy),
  };
}

/** Average precision by minute of any usable risk model, for a comparison on the same rows. */
export function averagePrecisionOn(model: RiskModelArtefact, runs: readonly DataSetRun[]): number {
  return averagePrecision(runs.flatMap((run) => scoredMinutes(logitsOfRun(model, run), run)));
}

function judgeRun(model: RiskModelArtefact, run: DataSetRun, alpha: number): JudgedRun {
  const { logits, maximum, alarmAfterMinutes } = playRun(model, run, alpha);
  const scored = scoredMinutes(logits, run);
  return {
    cluster: run.rollout,
    isHarmful: run.isHarmful,
    isRolledBack: alarmAfterMinutes !== null,
    ...(alarmAfterMinutes === null ? {} : { delayMinutes: alarmAfterMinutes }),
    weight: run.weight,
    band: run.band,
    bucketBy: run.bucketBy,
    score: maximum ?? 0,
    scored,
    unscored: logits.length - scored.length,
  };
}

function scoredMinutes(logits: readonly (number | null)[], { rows }: DataSetRun): readonly Scored[] {
  return logits.flatMap((logit, index) =>
    logit === null ? [] : [{ score: logit, isPositive: rows[index]!.label === 1 }],
  );
}

/** Weighted by 1/P(labelled), so that rollouts without a label are stood for. */
function errorsOf(runs: readonly JudgedRun[], options: BootstrapOptions): BacktestErrors {
  const clusters = clustersBy(runs, ({ cluster }) => cluster);
  const measured = (figure: (run: JudgedRun) => Tally): Measured => {
    const weighed = (run: JudgedRun): Tally => {
      const { sum, count } = figure(run);
      return { sum: run.weight * sum, count: run.weight * count };
    };
    const tallies = clusters.map((some) => [addTallies(some.map(weighed))]);
    const statistic = (some: readonly Tally[]) => rateOf(addTallies(some));
    return { value: statistic(tallies.flat()), ...clusterBootstrap(tallies, statistic, options) };
  };
  return { runs: runs.length, falseRollback: measured(falseRollbackTally), miss: measured(missTally) };
}

function precisionOf(runs: readonly JudgedRun[], options: BootstrapOptions): Measured {
  const clusters = clustersBy(runs, ({ cluster }) => cluster).map((some) => some.map(({ scored }) => scored));
  const statistic = (some: readonly (readonly Scored[])[]) => averagePrecision(some.flat());
  return { value: statistic(clusters.flat()), ...clusterBootstrap(clusters, statistic, options) };
}
