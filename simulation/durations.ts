import { durationBinOf, durationBinUpperMs } from '../domain/index.ts';
import { normalCdf } from '../models/index.ts';
import type { Draws } from './draws.ts';

/** Most answers come after about 100 ms, three in a hundred take a detour. */
const PARTS = [
  { share: 0.97, medianMs: 100, sigma: 0.6 },
  { share: 0.03, medianMs: 800, sigma: 0.5 },
];

const FASTEST_MS = 4;
const SLOWEST_MS = 20_000;

/** Probability of each bin of a duration, as an index and what is at or below it. */
export interface DurationBins {
  readonly first: number;
  /** Cumulative; the last one is 1. */
  readonly upTo: readonly number[];
}

/** The bins of a mixture of two log-normal durations, all of them times `slowness`. */
export function durationBins(slowness: number): DurationBins {
  const first = durationBinOf(FASTEST_MS);
  const count = durationBinOf(SLOWEST_MS) - first + 1;
  const upTo = Array.from({ length: count }, (_, index) => shareBelow(durationBinUpperMs(first + index) / slowness));
  return { first, upTo: [...upTo.slice(0, -1), 1] };
}

function shareBelow(durationMs: number): number {
  return PARTS.reduce(
    (sum, { share, medianMs, sigma }) => sum + share * normalCdf(Math.log(durationMs / medianMs) / sigma),
    0,
  );
}

/** With fewer units than this, each is drawn by itself. */
const DRAWN_ONE_BY_ONE = 60;

/** Durations of n units, counted by bin: a multinomial draw. */
export function drawDurations(draws: Draws, n: number, bins: DurationBins): Readonly<Record<string, number>> {
  return n < DRAWN_ONE_BY_ONE ? drawUnits(draws, n, bins) : drawCounts(draws, n, bins);
}

function drawUnits(draws: Draws, n: number, { first, upTo }: DurationBins): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let unit = 0; unit < n; unit += 1) {
    const u = draws.uniform();
    let index = 0;
    while (upTo[index]! < u) index += 1;
    counts[first + index] = (counts[first + index] ?? 0) + 1;
  }
  return counts;
}

function drawCounts(draws: Draws, n: number, { first, upTo }: DurationBins): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  let [left, below] = [n, 0];
  for (let index = 0; left > 0; index += 1) {
    const share = Math.min(1, (upTo[index]! - below) / (1 - below));
    const count = index === upTo.length - 1 ? left : draws.binomial(left, share);
    if (count > 0) counts[first + index] = count;
    left -= count;
    below = upTo[index]!;
  }
  return counts;
}
