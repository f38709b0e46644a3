import { SHARE_TOTAL } from '../../domain/index.ts';
import type { PolicyWindow } from '../policies/policy.ts';
import type { TickState } from './tick-state.ts';

/** More policies than this seldom stand at different coverages in one tick; what is over is drawn again. */
const MOST_IN_A_TICK = 24;

/**
 * Windows as drawn, each of them once however many policies see it: they are the same for all that stand at the same
 * coverage, and were raised to it at the same time where that matters.
 */
export function keptWindows(
  draw: (state: TickState) => PolicyWindow,
  dependsOnStep: boolean,
): (state: TickState) => PolicyWindow {
  const ticks = new Map<number, Map<number, PolicyWindow>>();
  return (state) => {
    const { tick, coverage, raisedAtMs } = state;
    const key = dependsOnStep ? raisedAtMs * (SHARE_TOTAL + 1) + coverage : coverage;
    const known = ticks.get(tick) ?? new Map<number, PolicyWindow>();
    const kept = known.get(key);
    if (kept !== undefined) return kept;
    ticks.set(tick, known);
    const window = draw(state);
    if (known.size < MOST_IN_A_TICK) known.set(key, window);
    return window;
  };
}
