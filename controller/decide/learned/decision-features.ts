import type { DecisionFeatures } from '../../../models/index.ts';
import { isHeard } from '../is-heard.ts';
import type { Situation } from '../observation.ts';
import { stageAt } from '../stage-at.ts';

const MINUTE_MS = 60_000;

/** A situation as a ramp policy sees it. */
export function decisionFeatures({ observation, evidence, assessment }: Situation): DecisionFeatures {
  const { nowMs, rollout } = observation;
  const { definition, state } = rollout;
  const { treatments, learned = [], riskBudget } = assessment;
  const units = Object.values(assessment.units).reduce((sum, count) => sum + count, 0);
  const spentMs = nowMs - state.coverageSinceMs;
  const { dwellMs } = stageAt(definition, state.coverage).stage;
  const seenMs = Math.max(MINUTE_MS, (evidence.newestEndMs ?? 0) - state.coverageSinceMs);
  const guardrails = treatments.flatMap((treatment) => treatment.guardrails.filter(isHeard));
  const risks = learned.flatMap(({ probability }) => (probability === null ? [] : [probability]));
  return {
    coverage: state.coverage,
    harmLog10: Math.max(...treatments.map(({ nowLog10 }) => nowLog10)),
    presentLog10: Math.max(...treatments.map(({ presentLog10 }) => presentLog10)),
    doubtProbability: 1 - Math.min(1, ...guardrails.map(({ nonInferiorProbability }) => nonInferiorProbability)),
    riskProbability: risks.length === 0 ? null : Math.max(...risks),
    unitsPerMinute: (units / seenMs) * MINUTE_MS,
    minutesInStage: spentMs / MINUTE_MS,
    dwellLeft: dwellMs === 0 ? 0 : Math.max(0, 1 - spentMs / dwellMs),
    hoursSinceStart: (nowMs - (state.startedAtMs ?? state.coverageSinceMs)) / (60 * MINUTE_MS),
    stagesLeft: definition.stages.filter(({ coverage }) => coverage > state.coverage).length,
    budgetLeft: riskBudget === null ? 1 : riskBudget.left / riskBudget.badEvents,
  };
}
