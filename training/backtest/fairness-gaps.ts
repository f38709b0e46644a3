import { type BootstrapOptions, clusterBootstrap, clustersBy } from '../../models/index.ts';
import { type BacktestRun, type Estimated, falseRollbackTally, missTally } from './run-errors.ts';
import { addTallies, rateOf, type Tally } from './tally.ts';

/** A run of which the segment is known, with what its model thought and what its users met. */
export interface SegmentedRun extends BacktestRun {
  readonly segment: string;
  /** Largest score of the run. */
  readonly score: number;
  /** Expected bad events for each user, of harmful runs. */
  readonly harmPerUser: number;
}

/** How differently one figure comes out in the worst and the best segment. */
export interface FairnessGap extends Estimated {
  readonly worst: string;
  readonly best: string;
  readonly blocksPromotion: boolean;
}

/** Gaps between declared segments; figures that no two segments have are left out. */
export interface FairnessGaps {
  /** Segments with enough runs to be compared. */
  readonly segments: readonly string[];
  readonly falseRollback?: FairnessGap;
  readonly miss?: FairnessGap;
  /** Of mean scores on benign runs; shown, and blocks nothing. */
  readonly score?: FairnessGap;
  /** Of harm per user in harmful runs; shown, and blocks nothing. */
  readonly harm?: FairnessGap;
}

const MIN_RUNS = 50;

/** Gaps up to these are accepted, however certain they are. */
const ACCEPTED = { falseRollback: 0.01, miss: 0.05 };

/**
 * Compares segments with at least 50 benign and 50 harmful runs: largest less smallest of each figure.
 *
 * The interval is that of the difference of the two segments in question, at a level that allows for all pairs having been
 * looked at (Bonferroni): the gap of the two extremes is above 0 by construction, and its own interval would always be.
 * `options.level` is that of all pairs together.
 */
export function fairnessGaps(runs: readonly SegmentedRun[], options: BootstrapOptions): FairnessGaps {
  const bySegment = clustersBy(runs, ({ segment }) => segment).filter((some) => {
    const harmful = some.filter(({ isHarmful }) => isHarmful).length;
    return harmful >= MIN_RUNS && some.length - harmful >= MIN_RUNS;
  });
  const segments = bySegment.map((some) => some[0]!.segment);
  if (segments.length < 2) return { segments };
  const pairs = (segments.length * (segments.length - 1)) / 2;
  const perPair = { ...options, level: 1 - (1 - options.level) / pairs };
  const gap = (figure: Figure, accepted: number) => gapOf(bySegment, figure, { accepted, options: perPair });
  return {
    segments,
    falseRollback: gap(falseRollbackTally, ACCEPTED.falseRollback),
    miss: gap(missTally, ACCEPTED.miss),
    score: gap(({ isHarmful, score }) => tallyIf(!isHarmful, score), Number.POSITIVE_INFINITY),
    harm: gap(({ isHarmful, harmPerUser }) => tallyIf(isHarmful, harmPerUser), Number.POSITIVE_INFINITY),
  };
}

type Figure = (run: SegmentedRun) => Tally;

function tallyIf(counts: boolean, value: number): Tally {
  return counts ? { sum: value, count: 1 } : { sum: 0, count: 0 };
}

function gapOf(
  bySegment: readonly (readonly SegmentedRun[])[],
  figure: Figure,
  { accepted, options }: { readonly accepted: number; readonly options: BootstrapOptions },
): FairnessGap {
  const rate = (runs: readonly SegmentedRun[]) => rateOf(addTallies(runs.map(figure)));
  const ordered = bySegment.toSorted((a, b) => rate(a) - rate(b));
  const [best, worst] = [ordered[0]!, ordered.at(-1)!];
  const [bestName, worstName] = [best[0]!.segment, worst[0]!.segment];
  const tallyOf = (runs: readonly SegmentedRun[], name: string) =>
    addTallies(runs.filter(({ segment }) => segment === name).map(figure));
  const pairs = clustersBy([...best, ...worst], ({ cluster }) => cluster).map((runs) => [
    { best: tallyOf(runs, bestName), worst: tallyOf(runs, worstName) },
  ]);
  const difference = (drawn: readonly { readonly best: Tally; readonly worst: Tally }[]) =>
    rateOf(addTallies(drawn.map((pair) => pair.worst))) - rateOf(addTallies(drawn.map((pair) => pair.best)));
  const value = rate(worst) - rate(best);
  const interval = clusterBootstrap(pairs, difference, options);
  return {
    value,
    ...interval,
    worst: worstName,
    best: bestName,
    blocksPromotion: value > accepted && interval.lower > 0,
  };
}
