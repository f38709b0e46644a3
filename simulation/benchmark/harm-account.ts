import type { BenchWorld } from './bench-world.ts';
import type { TickState } from './tick-state.ts';

/** Expected harm of a run beside that of full coverage from the first tick in the same world. */
export interface HarmAccount {
  add(state: TickState): void;
  /** Of the harm of full coverage, ≥ 0; 0 where that does none. */
  share(): number;
  /** The same where it is largest among the segments. */
  worstSegmentShare(): number;
  /** Start of the first tick with harm, ms since the start; null without any. */
  sinceMs(): number | null;
  /** End of the last tick with harm, if full coverage went on to harm after it; otherwise null. */
  harmlessSinceMs(): number | null;
}

/** The account of a run that begins. */
export function openHarmAccount(world: BenchWorld): HarmAccount {
  const count = world.service.segments.length;
  const [own, full] = [new Float64Array(count), new Float64Array(count)];
  const ticks = { first: -1, last: -1, lastOfFull: -1 };
  return {
    add: (state) => {
      const { tick } = state;
      if (addTo(own, world.harmAt(state))) {
        if (ticks.first < 0) ticks.first = tick;
        ticks.last = tick;
      }
      if (addTo(full, world.fullHarmAt(tick))) ticks.lastOfFull = tick;
    },
    share: () => ratio(total(own), total(full)),
    worstSegmentShare: () => Math.max(...own.map((harm, k) => ratio(harm, full[k]!))),
    sinceMs: () => (ticks.first < 0 ? null : ticks.first * world.tickMs),
    harmlessSinceMs: () => (ticks.last < 0 || ticks.lastOfFull <= ticks.last ? null : (ticks.last + 1) * world.tickMs),
  };
}

/** Says whether there was anything to add. */
function addTo(sum: Float64Array, parts: readonly number[]): boolean {
  let isHarm = false;
  for (let k = 0; k < parts.length; k += 1) {
    const part = parts[k]!;
    if (part > 0) isHarm = true;
    sum[k]! += part;
  }
  return isHarm;
}

function total(parts: Float64Array): number {
  return parts.reduce((sum, part) => sum + part, 0);
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
