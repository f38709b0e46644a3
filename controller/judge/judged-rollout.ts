import { type Rollout, type RolloutDefinition, SHARE_TOTAL } from '../../domain/index.ts';
import type { JudgePlan } from './judge-plan.ts';

/** Where the sample ratio is not judged, nothing but "some of both" matters. */
const ANY_COVERAGE = SHARE_TOTAL / 2;

/** When things happened that are judged. */
export interface JudgedTime {
  /** Start of the first window. */
  readonly startedAtMs: number;
  /** First sight of a treatment, from which burn-in counts. */
  readonly sinceMs: number;
  /** The longest window. */
  readonly windowMs: number;
}

/** A rollout that never existed, such that the decision core judges windows by this plan. */
export function judgedRollout(plan: JudgePlan, { startedAtMs, sinceMs, windowMs }: JudgedTime): Rollout {
  const coverage = coverageOf(plan);
  return {
    definition: {
      rollout: 'judgement',
      flag: 'judgement',
      control: plan.control,
      treatments: treatmentsOf(plan, coverage),
      bucketBy: 'targetingKey',
      salt: '',
      stages: [{ coverage, dwellMs: 0 }],
      holdback: 0,
      bakeMs: 0,
      windowMs,
      attributionMs: 0,
      burnInMs: plan.burnInMs,
      alpha: plan.alpha,
      minExposures: plan.minExposures,
      patienceMs: 0,
      onInconclusive: 'hold',
      maxStepFactor: 2,
      nonInferiorityMargin: plan.nonInferiorityMargin,
      riskBudget: null,
      onSampleRatioMismatch: 'hold',
      segments: [],
      metrics: plan.metrics,
    },
    state: {
      phase: 'running',
      generation: 1,
      revision: 0,
      coverage,
      coverageSinceMs: sinceMs,
      startedAtMs,
      isArchived: false,
    },
  };
}

function coverageOf({ shares, control }: JudgePlan): number {
  return shares === null ? ANY_COVERAGE : SHARE_TOTAL - shares[control]!;
}

/** Splits rounded up, so that at this coverage each treatment's share is exactly the one that was asked for. */
function treatmentsOf({ treatments, shares }: JudgePlan, coverage: number): RolloutDefinition['treatments'] {
  return treatments.map((variant) => {
    const share = shares === null ? coverage / treatments.length : shares[variant]!;
    return { variant, split: Math.ceil((share * SHARE_TOTAL) / coverage) };
  });
}
