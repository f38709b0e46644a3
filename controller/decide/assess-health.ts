import { steeringAt } from '../../domain/index.ts';
import { armsOf } from './allocation/arms.ts';
import { assessAllocation } from './allocation/assess-allocation.ts';
import { assessGuardrail } from './assess-guardrail.ts';
import { assessRiskBudget } from './assess-risk-budget.ts';
import { newestCounts, rateOf } from './control-evidence.ts';
import { guardrailsOf } from './guardrails-of.ts';
import { harmLines } from './harm-lines.ts';
import type {
  EvidenceLevel,
  GuardrailAssessment,
  HealthAssessment,
  IncidentAssessment,
  SampleRatioAssessment,
  TreatmentAssessment,
} from './health-assessment.ts';
import { isHeard } from './is-heard.ts';
import type { Observation } from './observation.ts';
import { assessObserved } from './observed-sums.ts';
import { missingShare } from './reporting-evidence.ts';
import type { RolloutEvidence } from './rollout-evidence.ts';
import { isWaitedFor } from './settling.ts';
import { silentSides } from './silence.ts';
import { sampleRatioLevel } from './stage-evidence.ts';
import { withoutGuardrails } from './treatment-evidence.ts';

const HOUR_MS = 3_600_000;

/** What the evidence means now. */
export function assessHealth(observation: Observation, evidence: RolloutEvidence): HealthAssessment {
  const { definition, state } = observation.rollout;
  const { live, variants } = armsOf(definition, state.admission);
  const assess = (variant: string) => assessTreatment(observation, evidence, variant);
  const withdrawn = state.admission?.withdrawn ?? [];
  return {
    throughMs: evidence.newestEndMs,
    units: evidence.stage.units,
    treatments: live.map((k) => assess(variants[k]!)),
    ...(withdrawn.length === 0 ? {} : { withdrawn: withdrawn.map(assess) }),
    ...assessAllocation(observation, evidence),
    sampleRatio: assessSampleRatio(evidence),
    reporting: {
      missingShare: missingShare(evidence.reporting),
      lateShare: observation.lateShare,
      clockSkew: evidence.reporting.clockSkew,
      quarantined: evidence.excluded,
    },
    incidents: guardrailsOf(definition).flatMap(({ metric }) => assessIncident(evidence, metric)),
    riskBudget: assessRiskBudget(observation, evidence),
    observed: assessObserved(definition, evidence.observed),
  };
}

function assessTreatment(observation: Observation, evidence: RolloutEvidence, treatment: string): TreatmentAssessment {
  const { definition } = observation.rollout;
  const metrics = guardrailsOf(definition);
  const lines = harmLines(definition);
  const { overrides } = steeringAt(observation.rollout.state.steering, observation.nowMs);
  const all = evidence.treatments[treatment]!;
  const { guardrails } = all;
  const ignored = overrides.map(({ metric }) => metric);
  const { excluded } = evidence;
  const heard =
    ignored.length === 0 ? all : withoutGuardrails(definition, all, { ignored, excluded, moment: evidence });
  const { logE, presentLogE, peakLogE, peakBurnInLogE } = heard;
  const { startedAtMs, coverageSinceMs } = observation.rollout.state;
  const hours = Math.max(HOUR_MS / 60, observation.nowMs - (startedAtMs ?? coverageSinceMs)) / HOUR_MS;
  const totalWeight = metrics.reduce((sum, { weight }) => sum + weight, 0);
  const assessed = metrics.map((metric) => {
    const assessment = assessGuardrail({
      definition,
      metric,
      evidence: guardrails[metric.metric]!,
      control: evidence.controls[metric.metric]!,
      logLine: lines.main + Math.log(totalWeight / metric.weight),
      silentSides: silentSides(observation, evidence, { treatment, metric }),
      excluded: evidence.excluded,
      moment: evidence,
      hours,
    });
    const override = overrides.find((one) => one.metric === metric.metric);
    return override === undefined ? assessment : { ...assessment, overriddenUntilMs: override.untilMs };
  });
  const faded = assessed.filter(({ settling }) => settling === 'faded').map(({ metric }) => metric);
  const unheard = { ignored: [...ignored, ...faded], excluded, moment: evidence };
  const nowLogE = faded.length === 0 ? logE : withoutGuardrails(definition, all, unheard).logE;
  return {
    treatment,
    combined: levelOf(peakLogE, lines.main),
    nowLog10: nowLogE / Math.LN10,
    presentLog10: presentLogE / Math.LN10,
    burnIn: levelOf(peakBurnInLogE, lines.burnIn),
    guardrails: peakLogE >= lines.main ? withSuspect(assessed) : assessed,
  };
}

/** Together the guardrails passed the line; where none did alone, the one that came closest is to blame. */
function withSuspect(guardrails: readonly GuardrailAssessment[]): readonly GuardrailAssessment[] {
  const heard = guardrails.filter(isHeard);
  if (heard.some(({ verdict }) => verdict === 'fail')) return guardrails;
  const counted = heard.filter(({ settling }) => !isWaitedFor(settling));
  const missing = ({ evidence }: GuardrailAssessment) => evidence.lineLog10 - evidence.log10;
  const [suspect] = [...(counted.length > 0 ? counted : heard)].sort((a, b) => missing(a) - missing(b));
  return guardrails.map((guardrail) => (guardrail === suspect ? { ...guardrail, verdict: 'fail' } : guardrail));
}

function assessSampleRatio({ stage, sampleRatioMismatchAtMs, excluded }: RolloutEvidence): SampleRatioAssessment {
  const { logE, logLine } = sampleRatioLevel(stage, excluded);
  return { ...levelOf(logE, logLine), mismatchAtMs: sampleRatioMismatchAtMs };
}

function assessIncident({ controls }: RolloutEvidence, metric: string): readonly IncidentAssessment[] {
  const control = controls[metric]!;
  if (control.incidentSinceMs === null) return [];
  return [
    {
      metric,
      sinceMs: control.incidentSinceMs,
      newestRate: rateOf(newestCounts(control)),
      usualRate: rateOf(control.usual),
    },
  ];
}

function levelOf(logE: number, logLine: number): EvidenceLevel {
  return { log10: logE / Math.LN10, lineLog10: logLine / Math.LN10 };
}
