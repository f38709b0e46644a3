import { Problem } from '../../domain/index.ts';
import { MAX_JUDGED_WINDOWS } from '../../domain/schema/index.ts';
import type { JudgePlan, WindowsAsked } from './judge-plan.ts';
import { checkWork } from './plan-judgement.ts';

/** Until when windows are complete. */
export interface CompleteTime {
  readonly nowMs: number;
  /** How long after its end a window is complete. */
  readonly lagMs: number;
}

/**
 * Starts of the complete windows of an analysis, oldest first: at multiples of their length, so that every look at the
 * same analysis sees the same windows. Problem `invalidJudgement` when they are too many.
 */
export function startsAsked(plan: JudgePlan, asked: WindowsAsked, { nowMs, lagMs }: CompleteTime): readonly number[] {
  const { stepMs, lookbackMs } = asked;
  const fromMs = asked.fromMs ?? Math.max(0, nowMs - lookbackMs);
  const firstMs = Math.ceil(fromMs / stepMs) * stepMs;
  const count = Math.max(0, Math.floor((nowMs - lagMs - firstMs) / stepMs));
  const violations =
    count > MAX_JUDGED_WINDOWS
      ? [{ path: '', message: `${count} windows are more than ${MAX_JUDGED_WINDOWS}: take longer ones` }]
      : checkWork(plan, count);
  if (violations.length > 0) {
    const found = violations.map((violation) => ({ ...violation, path: '/prometheus/stepMs' }));
    throw new Problem('invalidJudgement', `the analysis begins ${new Date(fromMs).toISOString()}`, found);
  }
  return Array.from({ length: count }, (_, index) => firstMs + index * stepMs);
}
