import type { AuditLog } from './audit-entry.ts';
import type { JsonValue } from './json.ts';
import type { Label, NewLabel } from './label.ts';
import type { ChampionMove, ModelRecord, ModelState, NewModel } from './model-record.ts';
import type { ModelReview } from './model-review.ts';
import type { Authorship, Page, Scope, Storage } from './ports.ts';
import type { ShadowScore } from './shadow-score.ts';
import type { TenantStore } from './tenant.ts';
import type { NewTrainingRun, TrainingRun, TrainingRunChange, TrainingRunState } from './training-run.ts';
import type { UserStore } from './user.ts';
import type { DeliveryStore, WebhookStore } from './webhook.ts';

/** What became of rollouts, append-only. */
export interface LabelStore {
  /** Adds a label; one whose id is known changes nothing. Problem `rolloutNotFound` when there is no such generation. */
  append(scope: Scope, label: NewLabel): Promise<Label>;
  /**
   * Labels in the order in which they were stored, `limit` of them behind the label `after`.
   *
   * With `knownAtMs`, only those stored by then. One that is being stored takes seconds to appear, so the answer for a
   * time at least a minute ago is always the same.
   */
  list(
    scope: Scope,
    options: Page & { readonly rollout?: string; readonly generation?: number; readonly knownAtMs?: number },
  ): Promise<readonly Label[]>;
}

/** Who moves a champion and why; both are kept. */
export interface ChampionMoveOptions {
  readonly actor: string;
  readonly reason: string;
  /** Revision of the champion that the mover has seen, 0 for none; absent: whatever it is. */
  readonly ifRevision?: number;
}

/** Models with their origin and their champions. A scope sees the models of its environment and those for all. */
export interface ModelRegistry {
  /** Stores a candidate; Problems `modelExists`, `invalidModel`. */
  register(tenant: string, model: NewModel, reason: string, by?: Pick<Authorship, 'actor'>): Promise<ModelRecord>;
  read(scope: Scope, modelId: string): Promise<ModelRecord | undefined>;
  /** The artefact, if it still is what was registered; Problems `modelNotFound`, `modelCorrupt`. */
  readArtefact(scope: Scope, modelId: string): Promise<JsonValue>;
  /** By id, `limit` of them behind `after`. */
  list(
    scope: Scope,
    options: Page & { readonly kind?: string; readonly state?: ModelState },
  ): Promise<readonly ModelRecord[]>;
  /**
   * Moves a model that is no champion to another state that is not champion; Problems `modelNotFound`, `wrongModelState`.
   */
  setState(
    scope: Scope,
    modelId: string,
    state: Exclude<ModelState, 'champion'>,
    reason: string,
    by?: Pick<Authorship, 'actor'>,
  ): Promise<ModelRecord>;
  /**
   * Makes a model the champion of its kind where it belongs, all at once; the one before is retired and can come back.
   *
   * Problems `modelNotFound`, `modelCorrupt`, `wrongModelState` (it is the champion), `revisionMismatch`.
   */
  promote(scope: Scope, modelId: string, options: ChampionMoveOptions): Promise<ChampionMove>;
  /**
   * Takes a champion back: the one that it replaced takes its place, or none. Problems `modelNotFound`,
   * `wrongModelState` (it is not the champion), `revisionMismatch`.
   */
  demote(scope: Scope, modelId: string, options: ChampionMoveOptions): Promise<ChampionMove>;
  /** The champion of the environment, or else the one for all. */
  readChampion(scope: Scope, kind: string): Promise<ModelRecord | undefined>;
  /** Moves of the environment's own champion of a kind, or with `environment` null of the one for all; newest first. */
  listMoves(
    where: { readonly tenant: string; readonly environment: string | null },
    kind: string,
    limit: number,
  ): Promise<readonly ChampionMove[]>;
  /** The model and those that it comes from, child before parent, at most 100. */
  readLineage(scope: Scope, modelId: string): Promise<readonly ModelRecord[]>;
}

/** Training runs. The database allows one active run of a kind in an environment. */
export interface TrainingRunStore {
  /** Stores a queued run; Problem `trainingRunActive`. */
  create(scope: Scope, run: NewTrainingRun): Promise<TrainingRun>;
  read(scope: Scope, runId: string): Promise<TrainingRun | undefined>;
  /** Newest first, older than the run `after`. */
  list(
    scope: Scope,
    options: Page & { readonly kind?: string; readonly state?: TrainingRunState },
  ): Promise<readonly TrainingRun[]>;
  /** Changes a run that is not over; undefined when it is, or never was: then nothing happened. */
  change(scope: Scope, runId: string, change: TrainingRunChange): Promise<TrainingRun | undefined>;
}

/** What models in the shadow said, for some months. */
export interface ShadowScoreStore {
  /** Adds scores; one of the same window and model changes nothing. */
  append(scope: Scope, scores: readonly ShadowScore[]): Promise<void>;
  /** Of one model, newest window first, before `beforeMs` when given. */
  list(
    scope: Scope,
    modelId: string,
    options: { readonly limit: number; readonly beforeMs?: number; readonly rollout?: string },
  ): Promise<readonly ShadowScore[]>;
  /** Deletes scores of old windows, a batch at a time; resolves to the number of rows, 0 when nothing is left to do. */
  maintain(): Promise<number>;
}

/** What the nightly looks at the models in use have found: of each kind the newest. */
export interface ModelReviewStore {
  /** Replaces what was found before; an older look than that changes nothing. */
  keep(scope: Scope, review: ModelReview): Promise<void>;
  /** By kind. */
  list(scope: Scope): Promise<readonly ModelReview[]>;
}

/** A storage that also keeps what is learned, who did what, and who is told. */
export interface LearningStorage extends Storage {
  readonly tenants: TenantStore;
  readonly users: UserStore;
  readonly labels: LabelStore;
  readonly models: ModelRegistry;
  readonly trainingRuns: TrainingRunStore;
  readonly shadowScores: ShadowScoreStore;
  readonly modelReviews: ModelReviewStore;
  readonly audit: AuditLog;
  readonly webhooks: WebhookStore;
  readonly deliveries: DeliveryStore;
}
