import type { PolicyWindow } from '../policy.ts';
import { type ArmSums, addSums, addWindow, noSums } from './arm-sums.ts';

/** Which arms an absolute rule looks at: its own, or the whole service without telling them apart. */
export type Watched = 'treatment' | 'everything';

/** Sums over the data that arrived in the last while, as a range query on a metric store gives them. */
export interface RecentSums {
  /** Adds what arrived at `nowMs`, and forgets what is out of range. */
  add(nowMs: number, windows: readonly PolicyWindow[]): void;
  /** Sums over the range that ends with the last call of `add`. */
  readonly sums: Readonly<ArmSums>;
}

/** Range queries over `rangeMs`, by arrival: what is late counts when it is there. */
export function recentSums(rangeMs: number, watched: Watched): RecentSums {
  const sums = noSums();
  const kept: { readonly atMs: number; readonly part: ArmSums }[] = [];
  let oldest = 0;
  return {
    sums,
    add(nowMs, windows) {
      for (; oldest < kept.length && kept[oldest]!.atMs <= nowMs - rangeMs; oldest += 1) {
        addSums(sums, kept[oldest]!.part, -1);
      }
      if (windows.length === 0) return;
      const part = sumsOf(windows, watched);
      kept.push({ atMs: nowMs, part });
      addSums(sums, part);
    },
  };
}

function sumsOf(windows: readonly PolicyWindow[], watched: Watched): ArmSums {
  const part = noSums();
  for (const { treatment, control } of windows) {
    addWindow(part, treatment);
    if (watched === 'everything') addWindow(part, control);
  }
  return part;
}
