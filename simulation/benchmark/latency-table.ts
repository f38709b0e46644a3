import { durationBinOf } from '../../domain/index.ts';
import { normalCdf } from '../../models/index.ts';
import { binomialQuantile } from './count-quantiles.ts';
import type { Service } from './service.ts';

/** Width of a cell of durations, coarser than the bins they are reported in: ten per cent. */
const CELL_GROWTH = 1.1;

/** Spread of the body that cells cover, in standard deviations below the median. */
const LOWEST_SIGMAS = 3.5;

/** The objective is this far above the median, in standard deviations. */
const OBJECTIVE_SIGMAS = 2;

/** Pareto tail above the objective: P(X > x) = (objective/x)^α. */
const TAIL_EXPONENT = 2;
const TAIL_CELL_GROWTH = 1.25;
const TAIL_CELLS = 12;

/** Slower by less than this step is not told apart, so that few tables are needed. */
const SLOWNESS_STEP = Math.log(1.005);

/** Counts of requests by duration: draws them for a number of fast and one of slow requests. */
export type DurationDraw = (
  counts: { readonly fast: number; readonly slow: number },
  slowness: number,
  uniform: (cell: number) => number,
) => Readonly<Record<string, number>>;

/** Durations of a service: a log-normal body up to the objective, stretched by `slowness`, and a Pareto tail above it. */
export function durationDraw({ medianMs, latencySigma }: Pick<Service, 'medianMs' | 'latencySigma'>): DurationDraw {
  const objectiveMs = medianMs * Math.exp(OBJECTIVE_SIGMAS * latencySigma);
  const body = bodyCells(objectiveMs, medianMs, latencySigma);
  const tail = tailCells(objectiveMs);
  const tables = new Map<number, readonly number[]>();
  const bodyAt = (slowness: number) => {
    const step = Math.round(Math.log(slowness) / SLOWNESS_STEP);
    const known = tables.get(step) ?? conditionals(body.sharesAt(Math.exp(step * SLOWNESS_STEP)));
    tables.set(step, known);
    return known;
  };
  return ({ fast, slow }, slowness, uniform) => {
    const counts: Record<string, number> = {};
    spread(counts, { n: fast, bins: body.bins, conditional: bodyAt(slowness), first: 0 }, uniform);
    spread(counts, { n: slow, bins: tail.bins, conditional: tail.conditional, first: body.bins.length }, uniform);
    return counts;
  };
}

function bodyCells(objectiveMs: number, medianMs: number, sigma: number) {
  const span = (OBJECTIVE_SIGMAS + LOWEST_SIGMAS) * sigma;
  const count = Math.max(2, Math.ceil(span / Math.log(CELL_GROWTH)));
  const uppers = Array.from({ length: count }, (_, cell) => objectiveMs * CELL_GROWTH ** (cell + 1 - count));
  return {
    bins: uppers.map((upper) => binOf(upper, CELL_GROWTH)),
    sharesAt: (slowness: number): readonly number[] => {
      const below = uppers.map((upper) => normalCdf(Math.log(upper / (medianMs * slowness)) / sigma));
      return below.map((share, cell) => share - (below[cell - 1] ?? 0));
    },
  };
}

function tailCells(objectiveMs: number) {
  const uppers = Array.from({ length: TAIL_CELLS }, (_, cell) => objectiveMs * TAIL_CELL_GROWTH ** (cell + 1));
  const above = uppers.map((upper) => (objectiveMs / upper) ** TAIL_EXPONENT);
  const shares = above.map((share, cell) => (above[cell - 1] ?? 1) - share);
  return { bins: uppers.map((upper) => binOf(upper, TAIL_CELL_GROWTH)), conditional: conditionals(shares) };
}

/** Bin of the middle of a cell. */
function binOf(upperMs: number, growth: number): string {
  return String(durationBinOf(upperMs / Math.sqrt(growth)));
}

/** Chance of each cell for who is in none before it; the last takes all that is left. */
function conditionals(shares: readonly number[]): readonly number[] {
  let left = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share, cell) => {
    const chance = cell === shares.length - 1 || left <= 0 ? 1 : Math.min(1, share / left);
    left -= share;
    return chance;
  });
}

/** A multinomial draw, cell by cell. */
function spread(
  counts: Record<string, number>,
  {
    n,
    bins,
    conditional,
    first,
  }: {
    readonly n: number;
    readonly bins: readonly string[];
    readonly conditional: readonly number[];
    readonly first: number;
  },
  uniform: (cell: number) => number,
): void {
  let left = n;
  for (let cell = 0; left > 0; cell += 1) {
    const chance = conditional[cell]!;
    const count = chance >= 1 ? left : binomialQuantile(uniform(first + cell), left, chance);
    if (count > 0) counts[bins[cell]!] = (counts[bins[cell]!] ?? 0) + count;
    left -= count;
  }
}
