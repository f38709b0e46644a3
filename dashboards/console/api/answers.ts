import type { EnvelopeAssessment, HealthAssessment } from '../../../controller/index.ts';
import type {
  Change,
  CheckpointNow,
  Decision,
  DecisionSummary,
  HistoryPoint,
  KeptPace,
  Label,
  Reason,
  Restrictions,
  Rollout,
  StoredFlag,
  Vote,
} from '../../../domain/index.ts';
import type { ExplainedPart } from '../../../evaluator/index.ts';

export type { EnvelopeAssessment, HealthAssessment } from '../../../controller/index.ts';
export type {
  Change,
  Decision,
  DecisionSummary,
  HistoryPoint,
  KeptPace,
  Label,
  Restrictions,
  Rollout,
  StoredFlag,
  Vote,
} from '../../../domain/index.ts';
export type { ExplainedPart, ExplainedStep } from '../../../evaluator/index.ts';

/** `GET /environments`. */
export interface EnvironmentsAnswer {
  readonly environments: readonly { readonly environment: string; readonly version: number }[];
}

/** `GET /sign-in`. */
export interface WaysAnswer {
  /** The provider of identities to sign in with, and where that begins; null: there is none. */
  readonly oidc: { readonly name: string; readonly startUrl: string } | null;
}

/** `GET /session`. */
export interface WhoAnswer {
  readonly tenant: string;
  /** null for a key. */
  readonly user: string | null;
  /** Of the person, or of the key. */
  readonly name: string;
  readonly scopesByEnvironment: Readonly<Record<string, readonly string[]>>;
}

/** `GET …/rollouts`. */
export interface RolloutsAnswer {
  readonly rollouts: readonly Rollout[];
}

/** `GET …/decisions`: the newest decision of every rollout. */
export interface NewestDecisionsAnswer {
  readonly decisions: readonly DecisionSummary[];
}

/** The envelope is missing in decisions of a version that had none. */
type NewestAssessment = HealthAssessment & { readonly envelope?: EnvelopeAssessment; readonly pace?: KeptPace };

/** A vote with what the key or the person is called; null where nobody is known by that. */
export type NamedVote = Vote & { readonly ownerName: string | null };

/** `GET …/rollouts/:rollout/approvals`. */
export interface Approvals {
  readonly checkpoints: readonly (Omit<CheckpointNow, 'votes'> & {
    readonly votes: readonly NamedVote[];
    readonly isPassable: boolean;
    readonly approvedBy: readonly string[];
  })[];
}

/** `GET …/restrictions`: those of drafts and rollouts in progress that have any. */
export interface RestrictionsAnswer {
  readonly restrictions: readonly (Required<Restrictions> & { readonly rollout: string })[];
}

/** `GET …/rollouts/:rollout/explain`. */
export interface ExplainAnswer {
  readonly state: Rollout['state'];
  readonly now: Decision | null;
  readonly latestDecision: (DecisionSummary & { readonly assessment: NewestAssessment }) | null;
  /** What people restrict now, of a draft too. */
  readonly restrictions: readonly Reason[];
  /** Also verbs that this page has no button for. */
  readonly verbs: readonly string[];
}

/** What a person may do with a rollout. */
export type Verb = 'start' | 'pause' | 'resume' | 'advance' | 'rollback' | 'complete' | 'retry' | 'archive';

/** `GET …/rollouts/:rollout/history`. */
export interface HistoryAnswer {
  readonly generation: number;
  readonly points: readonly HistoryPoint[];
}

/** `GET …/rollouts/:rollout/labels`. */
export interface LabelsAnswer {
  readonly labels: readonly Label[];
}

/** `GET …/changes`. */
export interface ChangesAnswer {
  readonly changes: readonly Change[];
}

/** `GET …/flags`. */
export interface FlagsAnswer {
  readonly flags: readonly StoredFlag[];
}

/** `POST …/flags/:flag/check`. */
export interface CheckAnswer {
  readonly violations: readonly { readonly path: string; readonly message: string }[];
}

/** `POST …/flags/:flag/explain`. */
export interface ExplanationAnswer {
  readonly version: number;
  readonly value?: unknown;
  readonly variant?: string;
  readonly reason: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly exposure?: { readonly rollout: string; readonly unit: string; readonly variant: string };
  readonly parts: readonly ExplainedPart[];
  readonly isCut: boolean;
}
