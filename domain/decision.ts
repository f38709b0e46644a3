import type { Admission, Leaf } from './allocation.ts';
import type { JsonValue } from './json.ts';
import type { StoredState } from './metric-window.ts';
import type { PaceInPlan } from './pace.ts';

/** What a pass decides for a rollout; `stepBack`: less coverage for a second look, and no end of the rollout. */
export type DecisionAction = 'ramp' | 'hold' | 'stepBack' | 'rollback' | 'complete';

/** Which gate spoke, and what it found. The list is in the order of the gates. */
export type ReasonCode =
  /** A person switched automation off: nothing is decided but to hold. */
  | 'modeOff'
  /** A person wants advice only: what would have been done is said beside it. */
  | 'adviseOnly'
  /** A person paused the rollout: no ramps, guardrails stay armed. */
  | 'paused'
  /** A person pinned the coverage until a time: no ramps, guardrails stay armed. */
  | 'pinned'
  /** Beside the decision: a person had a guardrail ignored until a time. */
  | 'guardrailOverridden'
  /** The guardrails together say that the treatment is worse than its margin allows. */
  | 'guardrailBreach'
  /** During burn-in the treatment failed so much more often that waiting would be reckless. */
  | 'catastropheInBurnIn'
  /** A metric stayed silent past its grace period and its policy is to fail. */
  | 'noDataFailure'
  /** The risk model's score is above its threshold, and a guardrail speaks of harm too. */
  | 'riskAlarm'
  /** The risk model's score is above its threshold, but something else may explain it, or nothing supports it. */
  | 'riskSuspicion'
  /** The networks of the risk model disagree. */
  | 'riskUncertain'
  /** Beside the decision: this rollout is unlike those that the risk model learned from, so it may not roll back. */
  | 'novelRollout'
  /** Beside the decision: the risk model cannot be asked, and the guardrails decide alone. */
  | 'modelUnavailable'
  /** Beside the decision: the risk model is old, so it may hold and not roll back. */
  | 'modelStale'
  /** Beside a ramp: a risk score that stays low opened the way beyond one half. */
  | 'calmRisk'
  /** A treatment of several does harm and was taken out; the others go on. */
  | 'treatmentWithdrawn'
  /** No window has closed yet since the last change of coverage. */
  | 'noClosedWindow'
  /** The newest closed window is too old. */
  | 'staleData'
  /** A metric stayed silent and its policy is to hold. */
  | 'noData'
  /** A good part of the reports that usually come is missing. */
  | 'missingReports'
  /** Too many reports come after their window has closed. */
  | 'lateData'
  /** A source's clock is so far off that its windows mean another time. */
  | 'clockSkew'
  /** Too few units seen in one of the arms since the last change of coverage. */
  | 'tooFewExposures'
  /** The observed split differs from the intended one. */
  | 'sampleRatioMismatch'
  /** The control is anomalous too: an incident that has nothing to do with this rollout. */
  | 'sharedIncident'
  /** Evidence of harm is well on its way to its line. */
  | 'suspectedHarm'
  /** A value is worse soon after a raise, where people may only be getting used to what is new. */
  | 'settling'
  /** Windows right after a change of coverage do not count. */
  | 'burnIn'
  /** The least time at this stage is not over. */
  | 'dwell'
  /** A freeze of the environment's calendar holds. */
  | 'frozen'
  /** A rollout that this one depends on has not completed yet. */
  | 'dependencyPending'
  /** A rollout that this one depends on was rolled back. */
  | 'dependencyFailed'
  /** People have to agree before coverage passes a checkpoint. */
  | 'approvalNeeded'
  /** Somebody declined that coverage passes a checkpoint. */
  | 'approvalDeclined'
  /** Coverage may not pass one half before the treatment is shown not to be inferior. */
  | 'notYetNonInferior'
  /** In the permitted actions: one move may multiply coverage by so much at most. */
  | 'largestStep'
  /** No larger coverage fits into what is left of the risk budget. */
  | 'riskBudget'
  /** It does not look harmless after all: back at one half it is looked at again, where evidence comes faster. */
  | 'secondLook'
  /** Full coverage is being watched. */
  | 'baking'
  /** The newest data speak rather for harm than against it: control is kept a little longer. */
  | 'lateDoubt'
  /** Without a control: a rate is not what its past lets expect. */
  | 'unlikeBefore'
  /** Beside a ramp: what was not shown, after waiting for as long as the plan allows. */
  | 'inconclusive'
  /** All gates passed: on to the next stage. */
  | 'stageCleared'
  /** All gates passed, but the risk budget, the largest step or the one-half gate permits only part of the next stage. */
  | 'riskBoundedStep'
  /** Beside a decision: a learned policy chose the pace of this rollout. */
  | 'policyChoice'
  /** The pace that was chosen for this rollout stays longer than planned, or goes on sooner or further. */
  | 'pace'
  /** Full coverage was watched for as long as planned. */
  | 'bakeCleared'
  /** Beside any decision: one treatment was found to be better than all others. */
  | 'bestTreatment'
  /** Beside a ramp: the units that it admits are divided anew. */
  | 'splitAdapted'
  /** Beside a ramp: the units that it admits are divided as those before them. */
  | 'splitKept';

/** Reasons to hold that are the pace of the plan, or the word of a person who knows: nobody needs to be told of them. */
export const EXPECTED_HOLDS: readonly ReasonCode[] = [
  'modeOff',
  'adviseOnly',
  'paused',
  'pinned',
  'noClosedWindow',
  'tooFewExposures',
  'burnIn',
  'dwell',
  'pace',
  'notYetNonInferior',
  // The step back to it is told.
  'secondLook',
  'baking',
];

/** One finding: a code for programs, a sentence with its numbers for people. */
export interface Reason {
  readonly code: ReasonCode;
  readonly message: string;
  /** What would have to change for this reason to go away; absent where nothing can. */
  readonly releasedBy?: string;
}

/** How a learned ramp policy came to the pace of a rollout: enough to estimate off-policy what another one would have come to. */
export interface PolicyChoice {
  /** Id of the policy, and of the artefact that it was. */
  readonly policy: string;
  readonly hash: string;
  /** What its inputs are, and the situation as it saw it. */
  readonly schema: string;
  readonly features: Readonly<Record<string, number | null>>;
  readonly seed: number;
  /** The permitted paces, each with the probability that it had. */
  readonly paces: readonly (PaceInPlan & { readonly propensity: number })[];
  /** Index of what was chosen, and of the plan's own pace. */
  readonly taken: number;
  readonly scheduled: number;
  /** What spoke most for it or against it, beside the plan's own pace: below 0 is cheaper. */
  readonly mainInputs: readonly { readonly input: string; readonly cost: number }[];
}

/** How newly admitted units are divided among several treatments, and how that came about. */
export interface AllocationChoice {
  /** What the rollout's admission is after the decision. */
  readonly admission: Admission;
  /** Of the draws; both absent where nothing was drawn. */
  readonly seed?: number;
  readonly draws?: number;
  /** In the order of the plan; of units in no leaf, where there are leaves. */
  readonly treatments: readonly ChosenShare[];
  /** Parts of the traffic with splits of their own; absent: there are none. */
  readonly leaves?: readonly LeafChoice[];
}

/** How newly admitted units of one leaf are divided. */
export interface LeafChoice extends Leaf {
  /** Of the draws; absent where nothing was drawn. */
  readonly seed?: number;
  readonly treatments: readonly ChosenShare[];
}

/** One treatment's part in a split. */
export interface ChosenShare {
  readonly variant: string;
  /** Share of newly admitted units from now on, and before, integers out of SHARE_TOTAL. */
  readonly share: number;
  readonly before: number;
  /** How likely it is the best, and its share before floors and limits; null where nothing was drawn. */
  readonly bestProbability: number | null;
  readonly raw: number | null;
  /** It may not rise, because it may do harm in a segment. */
  readonly isCapped: boolean;
}

/** The outcome of one pass. */
export interface Decision {
  readonly action: DecisionAction;
  /** Coverage after the decision. */
  readonly coverage: number;
  /** The deciding reason first. */
  readonly reasons: readonly Reason[];
  /** What would have been done, where a person wants advice only. */
  readonly advice?: { readonly action: DecisionAction; readonly coverage: number };
  /** How a learned policy chose the pace; absent but in the decision in which it did. */
  readonly choice?: PolicyChoice;
  /** How units are divided from now on; absent: as before. Without a change of coverage, treatments were withdrawn. */
  readonly allocation?: AllocationChoice;
}

/** All that is needed to explain a decision, and to make it again. */
export interface DecisionRecord {
  /** SHA-256 over rollout, generation, window and input digest: repeating a pass yields the same id. */
  readonly decisionId: string;
  readonly rollout: string;
  readonly generation: number;
  /** End of the last window that the decision knew, ms since 1970. */
  readonly windowEndMs: number;
  readonly revision: number;
  readonly decision: Decision;
  /** Verdicts, effects and evidence, for people. */
  readonly assessment: JsonValue;
  /** The complete observation that `decide` was given. */
  readonly observation: StoredState;
  readonly inputDigest: string;
  readonly decidedAtMs: number;
}

/** What a decision came to, without what it was made from. */
export type DecisionSummary = Pick<
  DecisionRecord,
  'rollout' | 'generation' | 'windowEndMs' | 'decidedAtMs' | 'decision'
>;

/** An official decision as it is looked back at: what was decided, and how things stood. */
export type PastDecision = Pick<DecisionRecord, 'windowEndMs' | 'decidedAtMs' | 'decision' | 'assessment'>;

/** A record as listed: whether it took effect is known only after it was written. */
export interface ListedDecision extends DecisionRecord {
  /** True for the one official decision of its window. */
  readonly wasApplied: boolean;
}
