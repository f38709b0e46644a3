import type { RuleLabel } from './label-from-end.ts';

/** What was done about a change after it had been completed. */
export interface Reversal {
  readonly completedAtMs: number;
  readonly reversedAtMs: number;
  /** Whether the rollout itself was rolled back, or another one began that brings back what it had replaced. */
  readonly by: 'rollback' | 'opposite';
}

/** What is done about a change later than this says more of the times than of the change. */
export const REVERSAL_MS = 14 * 86_400_000;

const HOUR_MS = 3_600_000;

/** What it says of a change that people took it back after it was completed; undefined when that was too late to say anything. */
export function labelFromReversal({ completedAtMs, reversedAtMs, by }: Reversal): RuleLabel | undefined {
  const afterMs = reversedAtMs - completedAtMs;
  if (afterMs < 0 || afterMs > REVERSAL_MS) return undefined;
  const after = `${Math.round(afterMs / HOUR_MS)} h after it was completed`;
  return by === 'rollback'
    ? { verdict: 'regressed', confidence: 0.8, note: `rolled back by a person ${after}` }
    : {
        verdict: 'regressed',
        confidence: 0.6,
        note: `another rollout began to bring back what it had replaced, ${after}`,
      };
}
