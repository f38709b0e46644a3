import type { DecisionFeatures } from '../../../models/index.ts';
import type { GuardrailAssessment } from '../health-assessment.ts';
import { isHeard } from '../is-heard.ts';
import type { Situation } from '../observation.ts';

const MINUTE_MS = 60_000;

/** Fewer exposures of control say little of a rate. */
const LEAST_EXPOSURES = 100;

/** A situation as a ramp policy sees it. */
export function decisionFeatures({ observation, evidence, assessment }: Situation): DecisionFeatures {
  const { definition, state } = observation.rollout;
  const { treatments, learned = [] } = assessment;
  const units = Object.values(assessment.units).reduce((sum, count) => sum + count, 0);
  const seenMs = Math.max(MINUTE_MS, (evidence.newestEndMs ?? 0) - state.coverageSinceMs);
  const guardrails = treatments.flatMap((treatment) => treatment.guardrails.filter(isHeard));
  const risks = learned.flatMap(({ probability }) => (probability === null ? [] : [probability]));
  const declared = definition.metrics.filter(({ role }) => role === 'guardrail');
  const dwellMs = definition.stages.slice(0, -1).reduce((sum, stage) => sum + stage.dwellMs, 0);
  const { shortestDwellMs = Number.POSITIVE_INFINITY } = definition;
  const roomMs = definition.stages
    .slice(0, -1)
    .reduce((sum, stage) => sum + Math.max(0, stage.dwellMs - shortestDwellMs), 0);
  return {
    unitsPerMinute: (units / seenMs) * MINUTE_MS,
    rarestRate: rarestRate(guardrails),
    guardrails: declared.length,
    means: declared.filter(({ kind }) => kind === 'value').length,
    harmLog10: Math.max(...treatments.map(({ nowLog10 }) => nowLog10)),
    doubtProbability: 1 - Math.min(1, ...guardrails.map(({ nonInferiorProbability }) => nonInferiorProbability)),
    riskProbability: risks.length === 0 ? null : Math.max(...risks),
    plannedHours: dwellMs / (60 * MINUTE_MS),
    room: dwellMs === 0 ? 0 : roomMs / dwellMs,
  };
}

/** Of control, whose rate does not hang on whether treatment is warm. */
function rarestRate(guardrails: readonly GuardrailAssessment[]): number | null {
  const rates = guardrails
    .filter(({ kind }) => kind === 'rate')
    .map(({ control, burnIn }) => ({
      exposures: control.exposures + (burnIn?.control.exposures ?? 0),
      events: control.events + (burnIn?.control.events ?? 0),
    }))
    .filter(({ exposures }) => exposures >= LEAST_EXPOSURES)
    .map(({ exposures, events }) => (events + 0.5) / (exposures + 1));
  return rates.length === 0 ? null : Math.min(...rates);
}
