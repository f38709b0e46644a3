import { durationBinMidMs, SHARE_TOTAL } from '../domain/index.ts';
import type { ArmWindow, PolicyWindow, TracedRun, TracedStep } from '../simulation/index.ts';
import type { World } from './world-worker.ts';

const MINUTE_MS = 60_000;

/** A traced run for people: every window with both sides' counts, every verdict, and every decision with its reasons. */
export function traceText({ scenario, seed }: World, { steps, outcome }: TracedRun): string {
  return [
    `${scenario.name}, seed ${seed}, ${outcome.policy}: ${scenario.title}`,
    ...steps.flatMap(stepLines),
    '',
    `${outcome.end}${outcome.endedAtMs === null ? '' : ` at minute ${outcome.endedAtMs / MINUTE_MS}`}, harm ${short(outcome.harm)}, hours to 95 %: ${outcome.hoursTo95 ?? 'never'}`,
  ].join('\n');
}

function stepLines({ nowMs, coverage, windows, move }: TracedStep): readonly string[] {
  const told = move.tell?.();
  const goal = move.action === 'move' ? ` to ${percent(move.coverage!)}` : '';
  const reasons = told?.reasons ?? [{ code: null, message: move.reason }];
  return [
    '',
    `minute ${nowMs / MINUTE_MS} at ${percent(coverage)}: ${move.action}${goal}${move.isDataFlagged === true ? ' (distrusts its data)' : ''}`,
    ...reasons.map(({ code, message }) => `  ${code === null ? '' : `${code}: `}${message}`),
    ...windows.flatMap(windowLines),
    ...(told?.verdicts ?? []).map(
      ({ metric, verdict, log10, lineLog10 }) =>
        `  ${metric.padEnd(14)} ${(verdict ?? '').padEnd(12)} evidence 10^${log10.toFixed(2)} of 10^${lineLog10.toFixed(2)}`,
    ),
  ];
}

const COLUMNS = ['requests', 'errors', 'slow', 'buyers', 'revenue', 'p50 ms'];

function windowLines({ startMs, endMs, coverage, treatment, control }: PolicyWindow): readonly string[] {
  const name = `  window ${startMs / MINUTE_MS} to ${endMs / MINUTE_MS} at ${percent(coverage)}`;
  return [row(name, COLUMNS), row('    treatment', cellsOf(treatment)), row('    control', cellsOf(control))];
}

function row(name: string, cells: readonly string[]): string {
  return [name.padEnd(30), ...cells.map((cell) => cell.padStart(9))].join(' ');
}

function cellsOf({ exposures, errors, slow, conversions, revenue, durations }: ArmWindow): readonly string[] {
  const median = medianMs(durations);
  return [exposures, errors, slow, conversions, Math.round(revenue.sum), median === null ? '-' : short(median)].map(
    String,
  );
}

/** Middle of the bin of the median. */
function medianMs(durations: ArmWindow['durations']): number | null {
  const bins = Object.entries(durations).sort(([a], [b]) => Number(a) - Number(b));
  const half = bins.reduce((sum, [, count]) => sum + count, 0) / 2;
  let seen = 0;
  for (const [bin, count] of bins) {
    seen += count;
    if (seen >= half) return durationBinMidMs(Number(bin));
  }
  return null;
}

function percent(coverage: number): string {
  return `${Number(((100 * coverage) / SHARE_TOTAL).toFixed(2))} %`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
