import {
  bandThreshold,
  lowerRegularisedBeta,
  type NoveltyModelArtefact,
  runMaximum,
  scoreNovelty,
} from '../../models/index.ts';
import type { DataSetRun } from '../dataset/build-data-set.ts';
import { permutation, seededStream } from '../fit/seeded-stream.ts';

/** How a novelty model would have done on benign rollouts that were held out. */
export interface NoveltyBacktest {
  readonly runs: number;
  readonly novel: number;
  /** Chance of as many if a share α is novel. */
  readonly novelPValue: number;
  /** Rollouts that it calls novel once their inputs no longer belong together. */
  readonly corruptedNovel: number;
}

/** Plays a calibrated model on benign runs, and on the same with each input drawn from another minute of any of them. */
export function backtestNoveltyModel(
  model: NoveltyModelArtefact,
  runs: readonly DataSetRun[],
  { alpha, seed }: { readonly alpha: number; readonly seed: number },
): NoveltyBacktest {
  const benign = runs.filter(({ isHarmful }) => !isHarmful);
  const isNovel = ({ rows, band }: Pick<DataSetRun, 'rows' | 'band'>) =>
    (noveltyMaximum(model, rows) ?? Number.NEGATIVE_INFINITY) > bandThreshold(model.calibration, band, alpha);
  const novel = benign.filter(isNovel).length;
  return {
    runs: benign.length,
    novel,
    // P(X ≥ k) of a binomial is a regularised beta function.
    novelPValue: novel === 0 ? 1 : lowerRegularisedBeta(alpha, novel, benign.length - novel + 1),
    corruptedNovel: corrupted(benign, seed).filter(isNovel).length,
  };
}

/** The largest smoothed score of a run; null where it has none. */
export function noveltyMaximum(model: NoveltyModelArtefact, rows: DataSetRun['rows']): number | null {
  return runMaximum(rows.map(({ features }) => scoreNovelty(model, features)));
}

/** Each input keeps its values and loses its company. */
function corrupted(runs: readonly DataSetRun[], seed: number): readonly DataSetRun[] {
  const rows = runs.flatMap((run) => run.rows);
  const width = rows[0]?.features.length ?? 0;
  const orders = Array.from({ length: width }, (_, place) =>
    permutation(rows.length, seededStream(seed, `corrupt-${place}`)),
  );
  let next = 0;
  return runs.map((run) => ({
    ...run,
    rows: run.rows.map((row) => {
      const index = next++;
      return { ...row, features: orders.map((order, place) => rows[order[index]!]!.features[place]!) };
    }),
  }));
}
