import { type RolloutDefinition, SHARE_TOTAL } from '../../domain/index.ts';
import { baseRateAfter, largestPermittedExposures, RELATIVE_RISKS } from '../../models/index.ts';
import { harmPosterior } from './assess-guardrail.ts';
import { guardrailTotals } from './guardrail-evidence.ts';
import { guardrailsOf } from './guardrails-of.ts';
import type { RiskBudgetAssessment } from './health-assessment.ts';
import type { Observation } from './observation.ts';
import type { RolloutEvidence } from './rollout-evidence.ts';
import { stageAfter } from './stage-at.ts';
import type { TrafficEvidence } from './traffic-evidence.ts';

/** After the dwell it takes this many windows, and the attribution time, until a decision can end the exposure. */
const REACTION_WINDOWS = 2;

/** What is spent of the risk budget, and the coverage that the rest allows; null for a rollout without one. */
export function assessRiskBudget({ rollout }: Observation, evidence: RolloutEvidence): RiskBudgetAssessment | null {
  const { riskBudget } = rollout.definition;
  if (riskBudget === null || evidence.traffic === null) return null;
  const spent = spentOf(rollout.definition, evidence, riskBudget.metric);
  const left = Math.max(0, riskBudget.badEvents - spent);
  return {
    ...riskBudget,
    spent,
    left,
    permittedCoverage: permittedCoverage({ rollout, evidence, traffic: evidence.traffic, left }),
  };
}

/** Events beyond what control would have had, burn-in included: harm counts whether or not it is evidence. */
function spentOf(definition: RolloutDefinition, { treatments, excluded }: RolloutEvidence, name: string): number {
  const metric = guardrailsOf(definition).find((candidate) => candidate.metric === name)!;
  return Object.values(treatments).reduce((sum, { guardrails }) => {
    const { main, burnIn } = guardrailTotals(metric, guardrails[name]!, { definition, excluded });
    return sum + Math.max(0, main.excessEvents + (burnIn?.excessEvents ?? 0));
  }, 0);
}

interface BudgetToInvert {
  readonly rollout: Observation['rollout'];
  readonly evidence: RolloutEvidence;
  readonly traffic: TrafficEvidence;
  readonly left: number;
}

/** Largest coverage whose harm during the next stage stays within the budget, were all of it the worst treatment. */
function permittedCoverage({ rollout, evidence, traffic, left }: BudgetToInvert): number | null {
  const { definition, state } = rollout;
  const next = stageAfter(definition, state.coverage);
  const metric = definition.metrics.find((candidate) => candidate.metric === definition.riskBudget?.metric);
  if (next === undefined || metric === undefined) return null;
  const baseRate = baseRateAfter(traffic.controlEvents, traffic.controlExposures);
  const stagesLeft = definition.stages.filter((stage) => stage.coverage > state.coverage).length;
  const permitted = Object.values(evidence.treatments).map(({ guardrails }) => {
    const risk = harmPosterior(metric, guardrails[metric.metric]!.likelihood);
    const limits = { budgetLeft: left, expectedShare: left / stagesLeft };
    return largestPermittedExposures({ r: RELATIVE_RISKS, risk, baseRate }, limits);
  });
  const durationMs =
    Math.max(next.dwellMs, definition.burnInMs) + definition.attributionMs + REACTION_WINDOWS * definition.windowMs;
  const eligible = traffic.spanMs === 0 ? 0 : (traffic.exposures / traffic.spanMs) * durationMs;
  if (eligible === 0) return SHARE_TOTAL;
  return Math.min(SHARE_TOTAL, Math.floor((Math.min(...permitted) / eligible) * SHARE_TOTAL));
}
