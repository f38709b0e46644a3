import type {
  MetricReport,
  MetricWindow,
  MetricWindows,
  ReportRow,
  ValueWindow,
  VariantPart,
  Violation,
} from '../../domain/index.ts';

/** Sums of products are rounded: this much may be missing from an inequality that holds exactly. */
const ROUNDING = 1e-9;

/** What makes a report impossible in itself, whatever rollouts exist: counts that contradict each other, empty windows. */
export function checkReport(report: MetricReport): readonly Violation[] {
  return report.rows.flatMap((row, index) =>
    checkRow(row).map(({ path, message }) => ({ path: `/rows/${index}${path}`, message })),
  );
}

function checkRow(row: ReportRow): readonly Violation[] {
  const violations: Violation[] = [];
  if (row.endMs <= row.startMs) violations.push({ path: '/endMs', message: `must be after startMs (${row.startMs})` });
  violations.push(...checkPart(row));
  const leaves = Object.entries(row.leaves ?? {});
  const unitsOfLeaves = leaves.reduce((sum, [, { units }]) => sum + units, 0);
  if (unitsOfLeaves > row.units)
    violations.push({ path: '/leaves', message: `${unitsOfLeaves} units, more than the ${row.units} of the window` });
  for (const [leaf, part] of leaves) {
    violations.push(...checkPart(part).map(({ path, message }) => ({ path: `/leaves/${leaf}${path}`, message })));
  }
  return violations;
}

function checkPart(part: VariantPart): readonly Violation[] {
  const segments = Object.entries(part.segments ?? {});
  return [
    ...(part.newUnits > part.units
      ? [{ path: '/newUnits', message: `more than the ${part.units} units of the window` }]
      : []),
    ...checkMetrics(part.metrics, part, '/metrics'),
    ...segments.flatMap(([segment, metrics]) => checkMetrics(metrics, part, `/segments/${pointerToken(segment)}`)),
  ];
}

function checkMetrics(metrics: MetricWindows, part: VariantPart, path: string): readonly Violation[] {
  return Object.entries(metrics).flatMap(([metric, window]) => {
    const fault = faultOf(window, mostUnits(part, metric, metrics));
    return fault === undefined ? [] : [{ path: `${path}/${metric}${fault.path}`, message: fault.message }];
  });
}

/** No metric shows more units than the window; of a segment, no more than the metric shows of all units. */
function mostUnits({ metrics, units }: VariantPart, metric: string, part: MetricWindows): number {
  return part !== metrics && Object.hasOwn(metrics, metric) ? Math.min(units, metrics[metric]!.exposures) : units;
}

function faultOf(window: MetricWindow, units: number): Violation | undefined {
  if (window.exposures > units) return { path: '/exposures', message: `more than the ${units} units of the window` };
  switch (window.kind) {
    case 'rate':
      return window.events > window.exposures
        ? {
            path: '/events',
            message: `more events than the ${window.exposures} units at risk; count each unit's first event`,
          }
        : undefined;
    case 'duration': {
      const counted = Object.values(window.bins).reduce((sum, count) => sum + count, 0);
      return counted === window.exposures
        ? undefined
        : { path: '/bins', message: `the bins hold ${counted} units, exposures says ${window.exposures}` };
    }
    case 'value':
      return faultOfValue(window);
  }
}

/** By the inequality of Cauchy and Schwarz, over the units: (Σ ab)² ≤ Σ a² · Σ b². */
function faultOfValue({ exposures, sum, sumOfSquares, nonZero, covariate }: ValueWindow): Violation | undefined {
  if (nonZero !== undefined && nonZero > exposures) {
    return { path: '/nonZero', message: `more than the ${exposures} units` };
  }
  if (!isPossible(sum, sumOfSquares, nonZero ?? exposures)) {
    return { path: '/sumOfSquares', message: `too small for a sum of ${sum} over ${nonZero ?? exposures} units` };
  }
  if (covariate === undefined) return undefined;
  if (!isPossible(covariate.sum, covariate.sumOfSquares, exposures)) {
    return {
      path: '/covariate/sumOfSquares',
      message: `too small for a sum of ${covariate.sum} over ${exposures} units`,
    };
  }
  return isPossible(covariate.sumOfProducts, covariate.sumOfSquares, sumOfSquares)
    ? undefined
    : { path: '/covariate/sumOfProducts', message: 'larger than the sums of squares allow' };
}

/** Whether Σ ab can be this large, given Σ a² and Σ b²; for a plain sum b is 1, and Σ b² the number of units. */
function isPossible(sumOfProducts: number, sumOfSquares: number, otherSumOfSquares: number): boolean {
  return Math.abs(sumOfProducts) <= Math.sqrt(sumOfSquares) * Math.sqrt(otherSumOfSquares) * (1 + ROUNDING);
}

/** A name as part of a JSON pointer (RFC 6901, section 3). */
function pointerToken(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
