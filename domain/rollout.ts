import { type Admission, type Allocation, SHARE_TOTAL } from './allocation.ts';
import type { Checkpoint } from './approval.ts';
import type { JsonValue } from './json.ts';
import { REST, splitFor } from './leaves.ts';
import type { MetricDefinition } from './metric.ts';
import type { Steering } from './steering.ts';

/** Where a rollout stands; `completed` and `rolledBack` are final for a generation. */
export type RolloutPhase = 'draft' | 'running' | 'paused' | 'completed' | 'rolledBack';

/** A variant under trial and its fixed share among the treatments. */
export interface Treatment {
  readonly variant: string;
  /** Integer out of SHARE_TOTAL; the splits of a rollout sum to SHARE_TOTAL. */
  readonly split: number;
}

/** A planned coverage and the least time to spend there. */
export interface Stage {
  readonly coverage: number;
  readonly dwellMs: number;
}

/** How much harm the rollout may cost in all, in excess events of one rate metric. */
export interface RiskBudget {
  readonly metric: string;
  readonly badEvents: number;
}

/** A metric that says which treatment is better, and how much it counts. */
export interface AllocationObjective {
  readonly metric: string;
  /** Weight of its relative change among the objectives, > 0. */
  readonly importance: number;
}

/** How newly admitted units are divided among several treatments. */
export interface AllocationPlan {
  /** `fixed`: by the splits of the treatments; `adaptive`: the more a treatment may be the best, the more of them it gets. */
  readonly policy: 'fixed' | 'adaptive';
  readonly objectives: readonly AllocationObjective[];
  /** Least share of newly admitted units of each treatment, integer out of SHARE_TOTAL. */
  readonly floor: number;
  /** Most that the share of a treatment may move from one split to the next, integer out of SHARE_TOTAL. */
  readonly maxMove: number;
  /** Least time between two splits, in ms. */
  readonly epochMs: number;
  /** Units of each treatment that a new split needs since the one before. */
  readonly minUnits: number;
  /** Probability that a treatment is ever called the best that is not, in (0, 0.5]. */
  readonly alpha: number;
  /** What follows once the best treatment is known: it takes all new units, or people are told and nothing changes. */
  readonly onBest: 'winnerTakesNew' | 'advise';
  /** By which attribute parts of the traffic may get splits of their own; absent: all have the same. */
  readonly byAttribute?: SplitByAttribute;
}

/** The attribute that splits may depend on. */
export interface SplitByAttribute {
  readonly attribute: string;
  /**
   * The planner's word that a unit always comes with the same value. A variant that depends on a value cannot stay when
   * the value changes, so there is no such allocation without it.
   */
  readonly isFixedPerUnit: true;
}

/** Which of a rollout's guardrails the risk model sees as what, by name; null: the rollout has none of that kind. */
export interface RiskGroups {
  /** Without errors there is nothing that the model could go by. */
  readonly errors: string | null;
  readonly slow: string | null;
  readonly business: string | null;
}

/** Somebody's own appetite: what a unit of each part of the cost is to them. */
export interface AppetiteFactors {
  /** All the harm that full coverage would do in twelve hours. */
  readonly harm: number;
  /** An hour until full coverage. */
  readonly hours: number;
  /** A healthy rollout that is taken back. */
  readonly falseRollback: number;
  /** A change of coverage. */
  readonly move: number;
  /** All that the objective metrics are in twelve hours. */
  readonly objective: number;
}

/** What a person asks for: which change to roll out, to whom, at which pace, and what would stop it. */
export interface RolloutDefinition {
  readonly rollout: string;
  readonly flag: string;
  /** The variant that everybody is served who is not in a treatment. */
  readonly control: string;
  readonly treatments: readonly Treatment[];
  /** JsonLogic condition; absent: everybody whom the flag's own rules would serve the control. */
  readonly audience?: JsonValue;
  /** Attribute of the context that identifies the unit. */
  readonly bucketBy: string;
  readonly salt: string;
  /** Rising coverages; the last one is full coverage less the holdback. */
  readonly stages: readonly Stage[];
  /** Share kept in control while the rollout bakes, so that late regressions can be told from incidents. */
  readonly holdback: number;
  /** How long full coverage is watched before the rollout completes, in ms. */
  readonly bakeMs: number;
  readonly windowMs: number;
  /** How long an outcome may follow its exposure and still belong to its window, in ms. */
  readonly attributionMs: number;
  /** Time after each change of coverage that does not count as evidence, in ms (cold caches look like regressions). */
  readonly burnInMs: number;
  /** Probability that a harmless rollout is ever rolled back by its guardrails, in (0, 0.5]. */
  readonly alpha: number;
  /** Exposures per arm that a ramp needs in the current stage. */
  readonly minExposures: number;
  /** How long a stage may stay inconclusive, for want of units or of certainty, before `onInconclusive` applies, in ms. */
  readonly patienceMs: number;
  /** After that: `proceed` where the data make harm no likelier than before, or `hold` until evidence or a person decides. */
  readonly onInconclusive: 'proceed' | 'hold';
  /** Largest factor by which one ramp may multiply coverage, > 1. */
  readonly maxStepFactor: number;
  /** Largest relative worsening that coverage beyond one half may still be suspected of. */
  readonly nonInferiorityMargin: number;
  readonly riskBudget: RiskBudget | null;
  readonly onSampleRatioMismatch: 'hold' | 'rollback';
  /** Attributes whose values divide the units into segments, each watched by itself too: "country". */
  readonly segments: readonly string[];
  readonly metrics: readonly MetricDefinition[];
  /** What an alarm of the risk model may do; absent in a rollout that was planned before there was one: nothing. */
  readonly riskModel?: 'off' | 'hold' | 'rollback';
  /** What opens the way beyond one half: non-inferiority that was shown, or also a risk score that stays low. */
  readonly beyondHalf?: 'evidence' | 'evidence-or-model';
  /** Who sets the pace inside the permitted actions; absent: the schedule. */
  readonly rampPolicy?: 'schedule' | 'learned';
  /** How much a learned policy minds harm against waiting; it changes no limit. */
  readonly appetite?: 'careful' | 'balanced' | 'fast' | AppetiteFactors;
  /**
   * Least time at a coverage after which a learned part may end a stage before its dwell is over: a low risk score, or a
   * quick learned pace. Absent: no dwell is cut short.
   */
  readonly shortestDwellMs?: number;
  /** Whether a rollout beyond one half that does not look harmless after all goes back to one half for a second look. */
  readonly secondLook?: true;
  /** What the risk model looks at, decided with the plan. */
  readonly riskGroups?: RiskGroups;
  /** It cannot be started before this instant, ISO 8601. */
  readonly startAt?: string;
  /** Rollouts that have to complete before this one starts or goes on. */
  readonly dependsOn?: readonly string[];
  /** How newly admitted units are divided; absent: by the splits of the treatments. */
  readonly allocation?: AllocationPlan;
  /** At most one rollout of a group is in progress at a time. */
  readonly exclusionGroup?: string;
  /** Coverages that it does not pass without approval, beside those of its environment. */
  readonly approvals?: readonly Checkpoint[];
}

/** Where a rollout is now. */
export interface RolloutState {
  readonly phase: RolloutPhase;
  /** Goes up when exposed units may move or evidence starts anew; evidence never crosses generations. */
  readonly generation: number;
  /** Goes up with every change of the row: what a compare-and-set compares. */
  readonly revision: number;
  readonly coverage: number;
  /** When coverage last changed, ms since 1970 by the database's clock. */
  readonly coverageSinceMs: number;
  readonly startedAtMs: number | null;
  readonly isArchived: boolean;
  /** What people have said beside the plan; absent: nothing, see `NO_STEERING`. */
  readonly steering?: Steering;
  /** How units were admitted so far; absent: by the splits of the treatments. */
  readonly admission?: Admission;
}

/** A rollout as stored. */
export interface Rollout {
  readonly definition: RolloutDefinition;
  readonly state: RolloutState;
}

/** Whether a rollout collects evidence: while it is paused its guardrails stay armed. */
export function isInProgress({ state: { phase } }: Pick<Rollout, 'state'>): boolean {
  return phase === 'running' || phase === 'paused';
}

/** The allocation that a rollout asks for at a given coverage, with the units of a leaf that it has admitted so far. */
export function allocationAt(
  { treatments }: Pick<RolloutDefinition, 'treatments'>,
  coverage: number,
  admission: Admission | undefined,
  leaf = REST,
): Allocation {
  const planned = treatments.map((treatment) => treatment.split);
  if (admission === undefined) return { coverage, split: planned };
  const layers = admission.layers.map((layer) => ({ through: layer.through, split: splitFor(layer, leaf) }));
  const withdrawn = treatments.flatMap(({ variant }, index) => (admission.withdrawn.includes(variant) ? [index] : []));
  return { coverage, split: layers.at(-1)?.split ?? planned, layers, withdrawn };
}

/** The highest coverage that automation may reach before completion. */
export function fullCoverageOf(definition: Pick<RolloutDefinition, 'holdback'>): number {
  return SHARE_TOTAL - definition.holdback;
}

/** What a reader of a snapshot needs to know of a rollout in order to serve and to measure it. */
export interface RolloutOverlay {
  readonly rollout: string;
  readonly flag: string;
  readonly generation: number;
  readonly control: string;
  readonly treatments: readonly Treatment[];
  readonly coverage: number;
  /** Absent: units are divided by the splits of the treatments. */
  readonly admission?: Admission;
  readonly audience?: JsonValue;
  readonly bucketBy: string;
  readonly salt: string;
  /** False once the rollout is over: it is still served, no longer measured. */
  readonly isMeasured: boolean;
  readonly windowMs: number;
  readonly attributionMs: number;
  /** Attributes that divide the units into segments. */
  readonly segments: readonly string[];
  /** Those that the reader counts itself. */
  readonly metrics: readonly Pick<MetricDefinition, 'metric' | 'kind' | 'signal'>[];
}
