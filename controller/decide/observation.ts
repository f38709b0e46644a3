import type { ClosedWindow, Decision, Restrictions, Rollout } from '../../domain/index.ts';
import type { HealthAssessment, RolloutAssessment } from './health-assessment.ts';
import type { ModelsInUse } from './learned/decision-models.ts';
import type { RolloutEvidence } from './rollout-evidence.ts';

/** Everything that one decision may look at; plain JSON, so that the decision can be made again. */
export interface Observation {
  /** The database's clock, ms since 1970. */
  readonly nowMs: number;
  readonly rollout: Rollout;
  /** Evidence of earlier windows of this generation; null at its start. */
  readonly evidence: RolloutEvidence | null;
  /** Windows up to here are closed. */
  readonly closedThroughMs: number;
  /** Windows closed since `evidence`, by (startMs, coverage). */
  readonly windows: readonly ClosedWindow[];
  /** Sources whose windows do not count, earlier ones included. */
  readonly quarantinedSources: readonly string[];
  /** Share of the newest windows' reports that came too late to count, in [0, 1]. */
  readonly lateShare: number;
  /** The models that the decision is made with; absent: learned parts have no say, and nobody misses them. */
  readonly models?: ModelsInUse;
  /** What people restrict in the environment at this moment; absent: nothing. */
  readonly restrictions?: Restrictions;
}

/** What came of an observation; plain JSON. */
export interface Outcome {
  readonly decision: Decision;
  /** What the next observation has to start from. */
  readonly evidence: RolloutEvidence;
  readonly assessment: RolloutAssessment;
}

/** What the gates look at: the observation, the evidence with its windows added, and what that evidence means. */
export interface Situation {
  readonly observation: Observation;
  readonly evidence: RolloutEvidence;
  readonly assessment: HealthAssessment;
}
