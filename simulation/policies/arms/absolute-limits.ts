import type { ArmSums } from './arm-sums.ts';

/** Absolute limits of a service: what its owner calls good enough, whatever control shows. */
export interface AbsoluteLimits {
  /** Largest share of requests that fail. */
  readonly maxErrorShare: number;
  /** Largest share of requests beyond the latency objective, 0.05 for a p95 within it; null: not looked at. */
  readonly maxSlowShare: number | null;
}

/** The objective of Flagger's example for errors, and for latency one that a service meets on an ordinary day. */
export const USUAL_LIMITS: AbsoluteLimits = { maxErrorShare: 0.01, maxSlowShare: 0.05 };

/** Whether the limits are kept; null without any requests. */
export function areKept({ maxErrorShare, maxSlowShare }: AbsoluteLimits, sums: Readonly<ArmSums>): boolean | null {
  if (sums.exposures <= 0) return null;
  if (sums.errors / sums.exposures > maxErrorShare) return false;
  return maxSlowShare === null || sums.slow / sums.exposures <= maxSlowShare;
}
