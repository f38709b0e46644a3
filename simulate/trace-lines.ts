import type { TracedRun, TracedStep } from '../simulation/index.ts';

/** A traced run for programs: one JSON object a tick, and the outcome in the last line. */
export function traceLines({ steps, outcome }: TracedRun): string {
  return [...steps.map((step) => JSON.stringify(lineOf(step))), JSON.stringify({ outcome })].join('\n');
}

function lineOf({ nowMs, coverage, windows, move }: TracedStep) {
  const { tell, ...said } = move;
  const told = tell?.();
  return {
    minute: nowMs / 60_000,
    coverage,
    windows,
    verdicts: told?.verdicts ?? [],
    decision: { ...said, reasons: told?.reasons ?? [{ code: null, message: said.reason }] },
  };
}
