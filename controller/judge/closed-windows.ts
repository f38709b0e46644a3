import type { VariantWindow } from '../../domain/index.ts';
import type { JudgeInput } from '../../domain/schema/index.ts';
import type { JudgedWindow } from './judge-plan.ts';

/** Name of the one source that the windows of a request have. */
export const REQUEST_SOURCE = 'request';

/** The windows of a request in the form that evidence is made of, oldest first. */
export function closedWindows(windows: NonNullable<JudgeInput['windows']>): readonly JudgedWindow[] {
  return [...windows]
    .sort((a, b) => a.startMs - b.startMs)
    .map(({ startMs, endMs, variants }) => {
      const shown = Object.entries(variants).map(([variant, window]) => [variant, variantWindow(window)] as const);
      const source = { reports: 1, clockSkewMs: null, variants: Object.fromEntries(shown) };
      return { startMs, endMs, sources: { [REQUEST_SOURCE]: source } };
    });
}

type VariantInput = NonNullable<JudgeInput['windows']>[number]['variants'][string];

function variantWindow({ metrics, units, newUnits, requests }: VariantInput): VariantWindow {
  const seen = units ?? Math.max(0, ...Object.values(metrics).map(({ exposures }) => exposures));
  return { units: seen, newUnits: newUnits ?? seen, requests: requests ?? seen, metrics };
}
