/** When a process was last heard; plain JSON. */
export interface FamilyState {
  /** The two newest times, rising: the streams of the newest one may still be arriving. */
  readonly timesMs: readonly number[];
}

/** When the process was heard before `timeMs` for the last time; null when it was not. */
export function heardBefore(state: FamilyState | undefined, timeMs: number): number | null {
  return state?.timesMs.findLast((time) => time < timeMs) ?? null;
}

/** The family after a point of this time. */
export function advanceFamily(state: FamilyState | undefined, timeMs: number): FamilyState {
  const timesMs = state?.timesMs ?? [];
  if (timesMs.includes(timeMs)) return { timesMs };
  return { timesMs: [...timesMs, timeMs].sort((a, b) => a - b).slice(-2) };
}
