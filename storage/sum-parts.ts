import { addVariants, type ClosedWindow, type SourceWindow, type VariantWindows } from '../domain/index.ts';

/** A row of `source_window`: what some reports of one source said about one window. */
export interface StoredPart extends SourceWindow {
  readonly startMs: number;
  readonly endMs: number;
  readonly coverage: number;
  readonly source: string;
  readonly variants: VariantWindows;
}

/** Adds parts up to the windows that they belong to, in the order in which those first appear. */
export class WindowSums {
  readonly #windows = new Map<string, ClosedWindow & { readonly sources: Record<string, SourceWindow> }>();
  readonly #starts = new Set<number>();

  /** Distinct start times among the windows. */
  get startCount(): number {
    return this.#starts.size;
  }

  /** Whether a window of this start time is among them. */
  hasStart(startMs: number): boolean {
    return this.#starts.has(startMs);
  }

  /** Adds a part to its window. */
  add({ startMs, endMs, coverage, source, ...part }: StoredPart): void {
    const key = `${startMs} ${endMs} ${coverage}`;
    const window = this.#windows.get(key) ?? { startMs, endMs, coverage, sources: {} };
    const shown = window.sources[source];
    window.sources[source] = shown === undefined ? part : addParts(shown, part);
    this.#windows.set(key, window);
    this.#starts.add(startMs);
  }

  /** The windows so far. */
  windows(): readonly ClosedWindow[] {
    return [...this.#windows.values()];
  }
}

/** Two parts of what one source showed in one window, as one. */
export function addParts(left: SourceWindow, right: SourceWindow): SourceWindow {
  return {
    reports: left.reports + right.reports,
    clockSkewMs: largerSkew(left.clockSkewMs, right.clockSkewMs),
    variants: addVariants(left.variants, right.variants),
  };
}

function largerSkew(left: number | null, right: number | null): number | null {
  return left === null || right === null ? (left ?? right) : Math.max(left, right);
}
