import type { PolicyMove } from '../policy.ts';

/** Stay where one is. */
export function hold(reason: string): PolicyMove {
  return { action: 'hold', reason };
}

/** Stay, and say that the data cannot be trusted. */
export function holdFlagged(reason: string): PolicyMove {
  return { action: 'hold', reason, isDataFlagged: true };
}

/** Take everything back. */
export function rollback(reason: string): PolicyMove {
  return { action: 'rollback', reason };
}

/** Serve everybody for good. */
export function complete(reason: string): PolicyMove {
  return { action: 'complete', reason };
}

/** Serve this share, out of SHARE_TOTAL. */
export function moveTo(coverage: number, reason: string): PolicyMove {
  return { action: 'move', coverage, reason };
}
