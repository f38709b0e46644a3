import type { ExperimentSeries, ExperimentStep } from './resplit.ts';

/** One line: cumulative counts, means and variances of one metric of one treatment against control. */
interface Row {
  readonly key: string;
  readonly days: number;
  readonly nC: number;
  readonly nT: number;
  readonly sum: number;
  readonly sumOfSquares: number;
}

/** Of the anonymous metrics the first is 0/1. */
const RATE_METRIC = '1';

const MIN_UNITS = 50;
const MIN_STEPS = 5;

/**
 * Experiments from lines of "experiment, variant, metric, days, count_c, count_t, mean_c, mean_t, variance_c,
 * variance_t", all cumulative, as steps of what was added; rows without a variance are left out, as are steps that
 * take something back.
 */
export function parseExperiments(csv: string): readonly ExperimentSeries[] {
  const byKey = new Map<string, Row[]>();
  for (const row of csv.trim().split('\n').slice(1).flatMap(parseRow)) {
    byKey.set(row.key, [...(byKey.get(row.key) ?? []), row]);
  }
  return [...byKey].flatMap(([key, rows]) => {
    const steps = stepsOf(rows.sort((a, b) => a.days - b.days));
    const kind = key.endsWith(`,${RATE_METRIC}`) ? 'rate' : 'value';
    return steps.length < MIN_STEPS ? [] : [{ kind, steps } as const];
  });
}

function parseRow(line: string): readonly Row[] {
  const [experiment, variant, metric, ...numbers] = line.split(',');
  const [days, nC, nT, meanC, meanT, varianceC, varianceT] = numbers.map((text) =>
    text === '' ? Number.NaN : Number(text),
  );
  const isUsable = [days, nC, nT, meanC, meanT].every(Number.isFinite) && varianceC! > 0 && varianceT! > 0;
  if (!isUsable || Math.min(nC!, nT!) < MIN_UNITS) return [];
  const squares = (n: number, mean: number, variance: number) => (n - 1) * variance + n * mean * mean;
  return [
    {
      key: `${experiment},${variant},${metric}`,
      days: days!,
      nC: nC!,
      nT: nT!,
      sum: nC! * meanC! + nT! * meanT!,
      sumOfSquares: squares(nC!, meanC!, varianceC!) + squares(nT!, meanT!, varianceT!),
    },
  ];
}

function stepsOf(rows: readonly Row[]): readonly ExperimentStep[] {
  return rows
    .slice(1)
    .map((row, index) => {
      const before = rows[index]!;
      return {
        nT: row.nT - before.nT,
        nC: row.nC - before.nC,
        sum: row.sum - before.sum,
        sumOfSquares: row.sumOfSquares - before.sumOfSquares,
      };
    })
    .filter(
      ({ nT, nC, sum, sumOfSquares }) => nT > 0 && nC > 0 && sumOfSquares > 0 && sum * sum <= (nT + nC) * sumOfSquares,
    );
}
