import type { JudgedWindow, JudgePlan } from './judge-plan.ts';
import type { JudgementNote } from './judgement.ts';

/** What a person should know about these windows before relying on a judgement of them. */
export function noteWindows({ metrics }: JudgePlan, windows: readonly JudgedWindow[]): readonly JudgementNote[] {
  if (windows.length !== 1) return [];
  const needsHistory = metrics.some(({ kind, role }) => kind === 'duration' && role === 'guardrail');
  return [
    {
      code: 'oneWindow',
      message: `one window holds everything: the verdict is right only if both sides had constant shares of the traffic throughout it; in windows of a minute or so, what changes with time cannot be taken for the treatment${needsHistory ? ', and durations can be compared' : ''}`,
    },
  ];
}
