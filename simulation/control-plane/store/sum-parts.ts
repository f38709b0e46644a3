import { addVariants, type ClosedWindow, type SourceWindow } from '../../../domain/index.ts';
import { compareBytes, type WindowPart } from './tables.ts';

/** Parts added up to windows, by time and coverage, with sources in the order of their names. */
export function sumParts(parts: readonly WindowPart[]): readonly ClosedWindow[] {
  const windows = new Map<string, ClosedWindow & { readonly sources: Record<string, SourceWindow> }>();
  for (const { startMs, endMs, coverage, source, isLate: _, ...part } of inOrder(parts)) {
    const key = `${startMs} ${coverage}`;
    const window = windows.get(key) ?? { startMs, endMs, coverage, sources: {} };
    const shown = window.sources[source];
    window.sources[source] = shown === undefined ? part : addParts(shown, part);
    windows.set(key, window);
  }
  return [...windows.values()];
}

function inOrder(parts: readonly WindowPart[]): readonly WindowPart[] {
  return parts.toSorted(
    (left, right) =>
      left.endMs - right.endMs || left.coverage - right.coverage || compareBytes(left.source, right.source),
  );
}

function addParts(left: SourceWindow, right: SourceWindow): SourceWindow {
  return {
    reports: left.reports + right.reports,
    clockSkewMs:
      left.clockSkewMs === null || right.clockSkewMs === null
        ? (left.clockSkewMs ?? right.clockSkewMs)
        : Math.max(left.clockSkewMs, right.clockSkewMs),
    variants: addVariants(left.variants, right.variants),
  };
}
