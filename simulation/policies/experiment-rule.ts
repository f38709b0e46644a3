import { dropRepeats } from './arms/drop-repeats.ts';
import { type ComparedArms, type ControlKind, matchedArms } from './arms/matched-arms.ts';
import type { PolicyMove, PolicyView } from './policy.ts';
import { dueEvery } from './ramp/due-every.ts';
import { type Rule, runOf } from './rule.ts';

/** A rule that compares two arms, over the whole rollout, now and then. */
export interface ExperimentRule {
  readonly firstCoverage: number;
  readonly control: ControlKind;
  readonly lookMs: number;
  /** State of one run: what happens at a look, and what happens between looks. */
  begin(): {
    look(arms: ComparedArms, view: PolicyView): PolicyMove;
    between(view: PolicyView): PolicyMove;
  };
}

/** Gathers the arms at every tick and asks the rule when a look is due. */
export function experimentRule({ firstCoverage, control, lookMs, begin }: ExperimentRule): Rule {
  return {
    firstCoverage,
    start(seed) {
      const onlyNew = dropRepeats();
      const arms = matchedArms(control, seed);
      const isDue = dueEvery(lookMs);
      const run = begin();
      return runOf((view) => {
        arms.add(onlyNew(view.windows));
        return isDue(view.nowMs) ? run.look(arms.compared(), view) : run.between(view);
      });
    },
  };
}
