import type { MetricWindow, Violation } from '../../domain/index.ts';
import type { JudgeInput } from '../../domain/schema/index.ts';
import { checkReport } from '../ingest/check-report.ts';
import { closedWindows, REQUEST_SOURCE } from './closed-windows.ts';
import type { JudgePlan } from './judge-plan.ts';

type JudgedWindows = NonNullable<JudgeInput['windows']>;

/** What keeps windows from being counted: contradictions in one, things that nobody declared, and time told twice. */
export function checkWindows(windows: JudgedWindows, plan: JudgePlan): readonly Violation[] {
  return [
    ...windows.flatMap((window, index) => [
      ...checkCounts(window, `/windows/${index}`),
      ...checkNames(window, plan, `/windows/${index}`),
    ]),
    ...checkOverlaps(windows),
  ];
}

function checkCounts(window: JudgedWindows[number], path: string): readonly Violation[] {
  const [closed] = closedWindows([window]);
  const { startMs, endMs } = window;
  if (endMs <= startMs) return [{ path: `${path}/endMs`, message: `must be after startMs (${startMs})` }];
  return Object.entries(closed!.sources[REQUEST_SOURCE]!.variants).flatMap(([variant, shown]) => {
    const row = { rollout: '', generation: 1, coverage: 0, variant, startMs, endMs, ...shown };
    const found = checkReport({ source: '', epoch: 0, sequence: 0, rows: [row] });
    const at = `${path}/variants/${pointerToken(variant)}`;
    return found.map((violation) => ({ ...violation, path: violation.path.replace('/rows/0', () => at) }));
  });
}

function checkNames({ variants }: JudgedWindows[number], plan: JudgePlan, path: string): readonly Violation[] {
  const compared = [plan.control, ...plan.treatments];
  return Object.entries(variants).flatMap(([variant, { metrics }]) => {
    const at = `${path}/variants/${pointerToken(variant)}`;
    if (!compared.includes(variant)) return [{ path: at, message: 'is neither control nor a treatment' }];
    return Object.entries(metrics).flatMap(([metric, window]) => {
      const message = mismatchOf(metric, window, plan);
      return message === undefined ? [] : [{ path: `${at}/metrics/${metric}`, message }];
    });
  });
}

function mismatchOf(name: string, { kind }: MetricWindow, { metrics }: JudgePlan): string | undefined {
  const declared = metrics.find(({ metric }) => metric === name);
  if (declared === undefined) return 'is not among the metrics';
  return declared.kind === kind ? undefined : `is a ${kind}; it is declared as a ${declared.kind}`;
}

/** Exposures of the same time must not count twice. */
function checkOverlaps(windows: JudgedWindows): readonly Violation[] {
  const sorted = windows.map((window, index) => ({ ...window, index })).sort((a, b) => a.startMs - b.startMs);
  return sorted.flatMap((window, position) => {
    const before = sorted[position - 1];
    if (before === undefined || window.startMs >= before.endMs) return [];
    const isSame = window.startMs === before.startMs && window.endMs === before.endMs;
    const message = `[${window.startMs}, ${window.endMs}) ${isSame ? 'repeats' : 'overlaps'} window ${before.index}, [${before.startMs}, ${before.endMs})`;
    return [{ path: `/windows/${window.index}`, message }];
  });
}

/** A name as part of a JSON pointer (RFC 6901, section 3). */
function pointerToken(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
