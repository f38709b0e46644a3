import type { MetricReport, MetricWindow, ReportRow, Violation } from '../../domain/index.ts';

/** What makes a report impossible in itself, whatever rollouts exist: counts that contradict each other, empty windows. */
export function checkReport(report: MetricReport): readonly Violation[] {
  return report.rows.flatMap((row, index) =>
    checkRow(row).map(({ path, message }) => ({ path: `/rows/${index}${path}`, message })),
  );
}

function checkRow(row: ReportRow): readonly Violation[] {
  const violations: Violation[] = [];
  if (row.endMs <= row.startMs) violations.push({ path: '/endMs', message: `must be after startMs (${row.startMs})` });
  if (row.newUnits > row.units)
    violations.push({ path: '/newUnits', message: `more than the ${row.units} units of the window` });
  for (const [metric, window] of Object.entries(row.metrics)) {
    const fault = faultOf(window, row.units);
    if (fault !== undefined) violations.push({ path: `/metrics/${metric}${fault.path}`, message: fault.message });
  }
  return violations;
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
      return undefined;
  }
}
