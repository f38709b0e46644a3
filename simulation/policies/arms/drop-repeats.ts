import type { ArmWindow, PolicyWindow } from '../policy.ts';

/** Passes each window once: metric stores and warehouses keep one row, however often it was delivered. */
export function dropRepeats(): (windows: readonly PolicyWindow[]) => readonly PolicyWindow[] {
  const seen = new Map<number, PolicyWindow>();
  const isNew = (window: PolicyWindow): boolean => {
    const key = window.startMs * KEYS_PER_MS + window.coverage;
    const known = seen.get(key);
    if (known !== undefined && isSame(known, window)) return false;
    seen.set(key, window);
    return true;
  };
  return (windows) => (windows.length === 0 ? windows : windows.filter(isNew));
}

/** A power of two above SHARE_TOTAL. */
const KEYS_PER_MS = 131_072;

function isSame(one: PolicyWindow, other: PolicyWindow): boolean {
  return isSameArm(one.treatment, other.treatment) && isSameArm(one.control, other.control);
}

function isSameArm(one: ArmWindow, other: ArmWindow): boolean {
  return one.exposures === other.exposures && one.errors === other.errors && one.slow === other.slow;
}
