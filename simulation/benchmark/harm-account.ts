import { SHARE_TOTAL } from '../../domain/index.ts';
import type { BenchWorld, TickState } from './bench-world.ts';

/** Expected harm of a run beside that of full coverage from the first tick in the same world. */
export interface HarmAccount {
  add(state: TickState): void;
  /** Of the harm of full coverage, ≥ 0; 0 where that does none. */
  share(): number;
  /** The same where it is largest among the segments. */
  worstSegmentShare(): number;
  /** Start of the first tick with harm, ms since the start; null without any. */
  sinceMs(): number | null;
}

/** The account of a run that begins. */
export function openHarmAccount(world: BenchWorld): HarmAccount {
  const count = world.service.segments.length;
  const [own, full] = [new Float64Array(count), new Float64Array(count)];
  let since: number | null = null;
  return {
    add: (state) => {
      const harm = world.harmAt(state);
      if (harm.some((part) => part > 0)) since ??= state.tick * world.tickMs;
      addTo(own, harm);
      addTo(full, world.harmAt({ tick: state.tick, coverage: SHARE_TOTAL, raisedAtMs: 0 }));
    },
    share: () => ratio(total(own), total(full)),
    worstSegmentShare: () => Math.max(...own.map((harm, k) => ratio(harm, full[k]!))),
    sinceMs: () => since,
  };
}

function addTo(sum: Float64Array, parts: readonly number[]): void {
  parts.forEach((part, k) => {
    sum[k]! += part;
  });
}

function total(parts: Float64Array): number {
  return parts.reduce((sum, part) => sum + part, 0);
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
