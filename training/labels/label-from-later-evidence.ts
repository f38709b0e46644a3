import type { RuleLabel } from './label-from-end.ts';

/** What holdback against treatment says about one guardrail after the end of a rollout. */
export interface LaterEffect {
  /** Always-valid interval of the relative risk, larger is worse. */
  readonly lower: number;
  readonly upper: number;
  /** 1 + the largest relative worsening that counts as harmless. */
  readonly harmlessUpTo: number;
}

/** How long after the end the comparison has to go on. */
export const LATER_MS = 24 * 3_600_000;

/**
 * What later evidence says (gold): regressed if one guardrail's interval is wholly beyond its margin, healthy if all are
 * wholly inside, undefined while neither is so or it is too early to tell.
 */
export function labelFromLaterEvidence(
  effects: readonly LaterEffect[],
  { endedAtMs, nowMs }: { readonly endedAtMs: number; readonly nowMs: number },
): RuleLabel | undefined {
  if (nowMs - endedAtMs < LATER_MS || effects.length === 0) return undefined;
  if (effects.some(({ lower, harmlessUpTo }) => lower > harmlessUpTo))
    return { verdict: 'regressed', confidence: 0.95, note: 'worse than its margin against the holdback' };
  if (effects.every(({ upper, harmlessUpTo }) => upper <= harmlessUpTo))
    return { verdict: 'healthy', confidence: 0.95, note: 'inside every margin against the holdback' };
  return undefined;
}
