import type { Admission } from './allocation.ts';
import type { CountedStreams, StreamCount } from './counted-streams.ts';
import type {
  DecisionAction,
  DecisionRecord,
  DecisionSummary,
  ListedDecision,
  PastDecision,
  ReasonCode,
} from './decision.ts';
import type { FlagDefinition, FlagSet } from './flag.ts';
import type { Surroundings } from './freeze.ts';
import type { JsonValue } from './json.ts';
import type { ClosedWindow, MetricReport, ReportReceipt, StoredState } from './metric-window.ts';
import type { ReportingSource } from './reporting-source.ts';
import type { Rollout, RolloutDefinition, RolloutPhase } from './rollout.ts';
import type { EnvironmentSettings } from './settings.ts';
import type { Steering } from './steering.ts';

/** The time, as an argument of everything that needs one. */
export interface Clock {
  /** Wall clock, integer ms since 1970. */
  nowMs(): number;
}

/** The isolation boundary that every row belongs to. */
export interface Scope {
  readonly tenant: string;
  readonly environment: string;
}

/** Order of everything that an environment publishes: first by epoch, then by version. */
export interface EnvironmentVersion {
  readonly epoch: number;
  readonly version: number;
}

/** Who did it and why, kept with every change. */
export interface Authorship {
  /** `key:` and the id of an API key, `user:` and the name of a person, or "controller". */
  readonly actor: string;
  readonly reason?: string;
}

/** Who did what nobody in particular asked for, such as the first environment of an empty database. */
export const BY_SERVER: Authorship = { actor: 'server' };

/** One entry of an environment's history; versions are gapless. */
export interface Change {
  readonly version: number;
  /** "flag", "evaluators", "settings", "rolloutCreated", "rolloutUpdated", or the verb of a rollout: "start", "pause", "ramp", "rollback", … */
  readonly kind: string;
  /** Key of the flag or rollout. */
  readonly subject: string;
  readonly payload: JsonValue;
  readonly actor: string;
  readonly atMs: number;
}

/** What an environment publishes, read at one instant. */
export interface PublishedState extends EnvironmentVersion {
  readonly flagSet: FlagSet;
  /** Running, paused and completed rollouts that are not archived, in the order of their first start. */
  readonly rollouts: readonly Rollout[];
  readonly settings: EnvironmentSettings;
  /** Random bytes of this environment, for signing what is handed out for a short time; never published. */
  readonly ticketSecret: Uint8Array;
}

/** Environments and the flags in them. Every write raises the environment's version by one and appends one change. */
export interface FlagStore {
  /** Creates the environment; Problem `environmentExists`. */
  createEnvironment(scope: Scope, authorship?: Authorship): Promise<void>;
  /** Environments of one tenant with their versions, by name. */
  listEnvironments(tenant: string): Promise<readonly (Scope & EnvironmentVersion)[]>;
  /** Versions of all environments of all tenants: what a publisher compares with what it holds. */
  listVersions(): Promise<readonly (Scope & EnvironmentVersion)[]>;
  /**
   * Everything published, read in one consistent view; Problem `environmentNotFound`.
   *
   * Whoever holds an older answer hands it in: where it is known what changed since, only that is read, and the rest of
   * the answer is the same objects as in `held`, which stays as it is.
   */
  readPublished(scope: Scope, held?: PublishedState): Promise<PublishedState>;
  /** A flag and its revision (1 for a new flag); undefined when there is none. */
  readFlag(scope: Scope, key: string): Promise<StoredFlag | undefined>;
  /** Flags by key, `limit` of them behind `after`. */
  listFlags(scope: Scope, page: Page): Promise<readonly StoredFlag[]>;
  /** Creates or replaces a flag. `ifRevision` 0 demands that it is new; Problem `revisionMismatch`. */
  writeFlag(scope: Scope, key: string, definition: FlagDefinition, options: WriteOptions): Promise<StoredFlag>;
  /** Replaces all shared rules of the environment; `ifRevision` is compared with the environment's version. */
  writeEvaluators(
    scope: Scope,
    evaluators: Readonly<Record<string, JsonValue>>,
    options: WriteOptions,
  ): Promise<EnvironmentVersion>;
  /** Replaces the settings of the environment; `ifRevision` is compared with the environment's version. */
  writeSettings(scope: Scope, settings: EnvironmentSettings, options: WriteOptions): Promise<EnvironmentVersion>;
  /** Changes newest first, older than version `before` when given. */
  listChanges(
    scope: Scope,
    options: { readonly limit: number; readonly before?: number; readonly subject?: string },
  ): Promise<readonly Change[]>;
}

export interface StoredFlag {
  readonly key: string;
  readonly definition: FlagDefinition;
  readonly revision: number;
}

export interface Page {
  readonly limit: number;
  readonly after?: string;
}

export interface WriteOptions extends Authorship {
  /** The revision that the writer has read; absent: write whatever is there. */
  readonly ifRevision?: number;
}

/** A person's change of a rollout, as a compare-and-set. */
export interface RolloutMove extends Authorship {
  readonly verb: string;
  readonly fromPhases: readonly RolloutPhase[];
  /** Absent for a rollback, which always applies to the newest row. */
  readonly ifRevision?: number;
  readonly phase: RolloutPhase;
  /** Absent: coverage stays. */
  readonly coverage?: number;
  /** How units are divided from now on; absent: as before. */
  readonly admission?: Admission;
  readonly isArchived?: boolean;
  /** What people say beside the plan from now on; absent: what they said before. */
  readonly steering?: Steering;
  /** Evidence begins anew, under the next generation. */
  readonly isNewGeneration?: boolean;
  /** Kept with its answer, so that the same request can be repeated; Problem `requestRepeated` when the key was used meanwhile. */
  readonly request?: RequestKey;
}

/** What tells a request that is repeated from another one. */
export interface RequestKey {
  /** Chosen by who asks. */
  readonly key: string;
  /** Of everything that is asked for. */
  readonly sha256: string;
}

/** What a request was answered. */
export interface AnsweredRequest extends RequestKey {
  readonly rollout: Rollout;
}

/** A controller's decision, to be applied at most once per (rollout, generation, window). */
export interface DecisionToApply {
  readonly scope: Scope;
  readonly rollout: string;
  readonly generation: number;
  /** Revision that the observation saw. A rollback ignores it: it applies to the newest row of the generation. */
  readonly revision: number;
  readonly windowEndMs: number;
  readonly decisionId: string;
  readonly action: DecisionAction;
  readonly coverage: number;
  /** How units are divided from now on; absent: as before. With a hold, treatments were withdrawn. */
  readonly admission?: Admission;
  /** Evidence after the decision; saved in the same transaction, or not at all. */
  readonly evidence: StoredState;
  /** The moment after which a ramp or completion would be too late, by the database's clock. */
  readonly deadlineMs: number;
  readonly reason: string;
  /** Code of the deciding reason; absent where there is none. */
  readonly reasonCode?: ReasonCode;
}

/** A rollout that is due for a pass. */
export interface DueRollout extends Scope {
  readonly rollout: string;
  /** How long it has been due, in ms. */
  readonly lateMs: number;
}

/** Rollouts. Moves of people and decisions of the controller both end here, as one statement each. */
export interface RolloutStore {
  /** Stores a draft; Problems `rolloutExists`, `flagNotFound`, and `invalidRollout` where it would wait for itself. */
  createRollout(scope: Scope, definition: RolloutDefinition, authorship: Authorship): Promise<Rollout>;
  readRollout(scope: Scope, rollout: string): Promise<Rollout | undefined>;
  listRollouts(scope: Scope, page: Page): Promise<readonly Rollout[]>;
  /** Replaces the definition of a draft; Problems `rolloutNotFound`, `rolloutNotDraft`, `revisionMismatch`, `invalidRollout`. */
  updateRollout(scope: Scope, definition: RolloutDefinition, options: WriteOptions): Promise<Rollout>;
  /**
   * Moves a rollout if it is in one of `fromPhases` (and at `ifRevision`); undefined when it is not: nothing happened.
   * Starting one while another of the same flag runs or is paused: Problem `flagHasRollout`; one of the same
   * exclusion group: `groupHasRollout`; one more than the environment allows at a time: `environmentFull`.
   */
  moveRollout(scope: Scope, rollout: string, move: RolloutMove): Promise<Rollout | undefined>;
  /** What the environment restricts, the rollouts that this one depends on, and whose it is; Problem `rolloutNotFound`. */
  readSurroundings(scope: Scope, rollout: string): Promise<Surroundings>;
  /** Drafts and rollouts in progress, each with what is around it, by name. */
  listSurroundings(scope: Scope): Promise<readonly (Surroundings & { readonly of: Rollout })[]>;
  /** What a request of this key was answered in the last 24 hours; undefined when there was none. */
  readAnswer(scope: Scope, key: string): Promise<AnsweredRequest | undefined>;
  /** Applies a decision and saves its evidence; false when anything has changed in the meantime: then nothing happened. */
  applyDecision(decision: DecisionToApply): Promise<boolean>;
  /** Claims up to `limit` running or paused rollouts that are due, of all tenants in turn, for `claimMs`; a claim only avoids double work. */
  claimDue(limit: number, claimMs: number): Promise<readonly DueRollout[]>;
  /** Ends a claim and sets when the rollout is due again, `delayMs` from now by the database's clock. */
  releaseClaim(scope: Scope, rollout: string, delayMs: number): Promise<void>;
}

/** Evidence of a rollout's generation as of its last official decision. */
export interface EvidenceRow {
  /** Windows up to here are closed: later reports for them are late. */
  readonly closedThroughMs: number;
  /** Windows up to here are part of `state`. */
  readonly throughMs: number;
  /** null before the first decision. */
  readonly state: StoredState | null;
  /** Sources of the environment that no decision may look at. */
  readonly quarantinedSources: readonly string[];
  /** Share of the newest windows' reports that came after their window had closed, in [0, 1]; 0 without reports. */
  readonly lateShare: number;
}

/** Windows of sufficient statistics, and what has been concluded from them. */
export interface WindowStore {
  /**
   * Adds a report in one transaction; a second delivery adds nothing. `origin` is the identity under which it counts:
   * the id of the key that sent it, or the name of a built-in source.
   *
   * Nothing is stored when a row is refused: Problem `reportForUnknownRollout` for a rollout, generation or variant that
   * does not exist, `invalidReport` for undeclared metrics, windows off the rollout's grid and impossible times.
   */
  acceptReport(scope: Scope, report: MetricReport, origin: string): Promise<ReportReceipt>;
  /**
   * Counts what streams of running totals have added, in one transaction: nobody else changes these streams meanwhile,
   * and what `count` returns is stored together. `count` must be pure.
   */
  countStreams<Counts extends CountedStreams>(
    scope: Scope,
    streams: StreamCount<Counts>,
  ): Promise<Counts & { readonly lateRowCount: number }>;
  /**
   * Closes windows that end at or before the watermark (`newest reported window end − allowedLatenessMs`, at most
   * now − `attributionMs`) and returns the evidence row and the database's time.
   */
  closeWindows(
    scope: Scope,
    rollout: string,
    generation: number,
    options: { readonly allowedLatenessMs: number; readonly attributionMs: number },
  ): Promise<EvidenceRow & { readonly nowMs: number }>;
  /** Closed windows with `fromMs` < endMs ≤ `throughMs`, by (startMs, coverage), at most `limit` distinct start times. */
  readClosedWindows(
    scope: Scope,
    rollout: string,
    generation: number,
    range: { readonly fromMs: number; readonly throughMs: number; readonly limit: number },
  ): Promise<readonly ClosedWindow[]>;
  /** Windows as they stand now, late rows included: for people, never for decisions. Newest first. */
  readRecentWindows(scope: Scope, rollout: string, generation: number, limit: number): Promise<readonly ClosedWindow[]>;
  /** Counts a report that was refused before it came here, so that its source is seen to be in trouble. */
  countRefusedReport(scope: Scope, origin: string): Promise<void>;
  /** Leaves a source out of all decisions from now on; a source that is already keeps its first reason. */
  quarantineSource(scope: Scope, source: string, authorship: Authorship): Promise<void>;
  /** Lets a source count again, its earlier windows included; false when it was not in quarantine. */
  releaseSource(scope: Scope, source: string, authorship: Authorship): Promise<boolean>;
  /** Sources heard lately or in quarantine, by identity. */
  listSources(scope: Scope): Promise<readonly ReportingSource[]>;
  /**
   * Adds up what has been counted and deletes what is old, one small batch at a time; resolves to the number of rows
   * that it found, 0 when nothing is left to do. Sums stay what they are.
   */
  maintain(): Promise<number>;
}

/** Append-only log of decisions. */
export interface DecisionLog {
  /** Appends the record; a second append of the same id changes nothing. */
  append(scope: Scope, record: DecisionRecord): Promise<void>;
  /** Newest first, older than `before` (ms) when given. */
  list(
    scope: Scope,
    rollout: string,
    options: { readonly limit: number; readonly before?: number; readonly onlyApplied?: boolean },
  ): Promise<readonly ListedDecision[]>;
  /** The newest record of every rollout of the environment that has one, by rollout. */
  listNewest(scope: Scope): Promise<readonly DecisionSummary[]>;
  /** When the newest decision of every rollout was made, ms; cheap enough to be asked every second. */
  newestTimes(scope: Scope): Promise<ReadonlyMap<string, number>>;
  /**
   * Official decisions of a generation about windows that end after `afterMs`, oldest first. Where there are more than
   * `limit` they are thinned out evenly in time, to one or two more than that: of each stretch the last one. The rollback
   * is always among them.
   */
  readHistory(
    scope: Scope,
    rollout: string,
    generation: number,
    options: { readonly afterMs: number; readonly limit: number },
  ): Promise<readonly PastDecision[]>;
}

/**
 * What a key may be used for; `client` keys are public and evaluate only flags that are marked for clients. `platform`
 * is for who runs the server: tenants, and nothing inside of them. `admin` includes `read` (everything but people), `edit`
 * (flags and drafts), `release` (moving rollouts) and `approve` (votes, and reading what they are about). `override`, beside
 * another, is for going forward in spite of a freeze.
 */
export type KeyScope =
  | 'admin'
  | 'read'
  | 'edit'
  | 'release'
  | 'approve'
  | 'override'
  | 'evaluate'
  | 'ingest'
  | 'client'
  | 'platform';

/** An API key without its secret. */
export interface ApiKey {
  readonly keyId: string;
  readonly tenant: string;
  /** null: all environments of the tenant; not for `evaluate`, `ingest` and `client`. */
  readonly environment: string | null;
  readonly name: string;
  readonly scopes: readonly KeyScope[];
  readonly createdAtMs: number;
  /** null: never. */
  readonly expiresAtMs: number | null;
  readonly isRevoked: boolean;
}

/** A key to be stored by the SHA-256 of its secret. */
export type NewApiKey = Omit<ApiKey, 'createdAtMs' | 'expiresAtMs' | 'isRevoked'> & {
  readonly secretHash: Uint8Array;
  /** Absent: it does not expire. */
  readonly expiresAtMs?: number;
};

/** A key with the hashes of the secrets that prove it. */
export interface StoredKey extends ApiKey {
  readonly secretHash: Uint8Array;
  /** The secret before the last rotation, for as long as both are good; null when there is none. */
  readonly previous: { readonly secretHash: Uint8Array; readonly untilMs: number } | null;
}

/** A key that still opens something. */
export interface LivingKey {
  readonly keyId: string;
  /** When its last overlap of two secrets ends or ended; null when it was never rotated. */
  readonly previousUntilMs: number | null;
}

export interface KeyStore {
  createKey(key: NewApiKey, authorship?: Authorship): Promise<ApiKey>;
  /** The key and the hashes of its secrets; undefined when unknown, revoked or expired. */
  findKey(keyId: string): Promise<StoredKey | undefined>;
  listKeys(tenant: string): Promise<readonly ApiKey[]>;
  /** True when the key existed and was not revoked yet. */
  revokeKey(tenant: string, keyId: string, authorship?: Authorship): Promise<boolean>;
  /** Gives a key a new secret; the old one stays good for `overlapMs`. Undefined when it is unknown, revoked or expired. */
  rotateKey(
    tenant: string,
    keyId: string,
    secret: { readonly secretHash: Uint8Array; readonly overlapMs: number },
    authorship?: Authorship,
  ): Promise<ApiKey | undefined>;
  /** Those of the keys, of whatever tenant, that are neither revoked nor expired. */
  listLiving(keyIds: readonly string[]): Promise<readonly LivingKey[]>;
}

/** All stores behind one database. */
export interface Storage {
  readonly flags: FlagStore;
  readonly rollouts: RolloutStore;
  readonly windows: WindowStore;
  readonly decisions: DecisionLog;
  readonly keys: KeyStore;
  /** Resolves when a query round trip succeeds; rejects with Problem `unavailable`. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
