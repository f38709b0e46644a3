import { SHARE_TOTAL } from '../../domain/index.ts';
import type { Policy, PolicyMove, PolicyRun, PolicyView } from './policy.ts';

/** How a policy begins and steps; with a name it is a `Policy`. */
export type Rule = Pick<Policy, 'firstCoverage' | 'start'>;

/** A run of `step`, which says `complete` when it wants full coverage for good: the run goes there first, then ends. */
export function runOf(step: (view: PolicyView) => PolicyMove): PolicyRun {
  let isFinished = false;
  return {
    step(view) {
      if (isFinished) return { action: 'complete', reason: 'everybody has it' };
      const move = step(view);
      if (move.action !== 'complete' || view.coverage >= SHARE_TOTAL) return move;
      isFinished = true;
      return { ...move, action: 'move', coverage: SHARE_TOTAL };
    },
  };
}
