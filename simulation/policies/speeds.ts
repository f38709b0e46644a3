import type { Ladder } from './ramp/ladder.ts';

/** One position of a speed knob: the same settings, faster or slower. */
export type Speed<Settings> = (settings: Settings) => Settings;

/** A knob that changes some settings at each position. */
export function speedsOf<Settings>(changes: readonly Partial<Settings>[]): readonly Speed<Settings>[] {
  return changes.map((change) => (settings) => ({ ...settings, ...change }));
}

const DWELL_MINUTES = [2, 5, 15, 30, 60, 120];

/** The knob of rules that climb a ladder: how long they stay at each of their stages. */
export const LADDER_SPEEDS: readonly (<Settings extends { readonly ladder: Ladder }>(
  settings: Settings,
) => Settings)[] = DWELL_MINUTES.map((minutes) => (settings) => ({
  ...settings,
  ladder: { ...settings.ladder, dwellMs: minutes * 60_000 },
}));
