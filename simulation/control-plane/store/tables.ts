import {
  type AnsweredRequest,
  type Change,
  type EnvironmentVersion,
  type JsonValue,
  Problem,
  type Quarantine,
  type RolloutDefinition,
  type RolloutState,
  type Scope,
  type SourceWindow,
  type StoredKey,
  type StoredState,
} from '../../../domain/index.ts';

/** What a simulated database holds; documents are kept as text, so that nobody can change them from outside. */
export interface Tables {
  readonly environments: Map<string, EnvironmentTable>;
  readonly keys: Map<string, StoredKey>;
}

/** Rows of one environment. */
export interface EnvironmentTable extends Scope {
  readonly epoch: number;
  version: number;
  evaluators: string;
  settings: string;
  readonly ticketSecret: Uint8Array;
  readonly changes: StoredChange[];
  readonly flags: Map<string, { readonly definition: string; readonly revision: number }>;
  readonly rollouts: Map<string, RolloutTable>;
  /** Answers of requests that may be repeated, by their key. */
  readonly answers: Map<string, AnsweredRequest>;
  readonly records: Map<string, StoredRecord>;
  /** Numbers of accepted reports by epoch, by `processKeyOf`. */
  readonly inbox: Map<string, Map<number, Set<number>>>;
  readonly heard: { readonly origin: string; readonly atMs: number }[];
  readonly trouble: {
    readonly source: string;
    readonly kind: 'late' | 'duplicate' | 'refused';
    readonly atMs: number;
  }[];
  readonly quarantines: Map<string, Quarantine>;
  /** By origin and name. */
  readonly streams: Map<string, { readonly state: string | null; readonly origin: string; readonly seenAtMs: number }>;
}

/** One entry of the history, its payload as text. */
export type StoredChange = Omit<Change, 'payload'> & { readonly payload: string };

/** A rollout and everything that belongs to its newest generation. */
export interface RolloutTable {
  definition: string;
  /** The same, read once: nobody outside gets it. */
  plan: RolloutDefinition;
  state: RolloutState;
  coverageCeiling: number;
  /** Whose it is. */
  plannedBy: string;
  startedBy: string | null;
  schedule: { dueAtMs: number; claimedUntilMs: number } | undefined;
  closedThroughMs: number;
  evidence: { readonly throughMs: number; readonly state: string | null };
  /** Slot → decision. */
  readonly decisionKeys: Map<number, string>;
  readonly parts: WindowPart[];
}

/** What some rows of one report said about one window. */
export interface WindowPart extends SourceWindow {
  readonly startMs: number;
  readonly endMs: number;
  readonly coverage: number;
  readonly source: string;
  readonly isLate: boolean;
}

/** A record of the log, as text beside the columns that are asked for. */
export interface StoredRecord {
  readonly rollout: string;
  readonly generation: number;
  readonly windowEndMs: number;
  readonly decidedAtMs: number;
  readonly text: string;
}

/** An empty database. */
export function emptyTables(): Tables {
  return { environments: new Map(), keys: new Map() };
}

/** An environment's rows; undefined when there is none. */
export function findEnvironment(tables: Tables, scope: Scope): EnvironmentTable | undefined {
  return tables.environments.get(environmentKeyOf(scope));
}

/** An environment's rows; Problem `environmentNotFound`. */
export function requireEnvironment(tables: Tables, scope: Scope): EnvironmentTable {
  const found = findEnvironment(tables, scope);
  if (found === undefined) throw new Problem('environmentNotFound', `"${scope.environment}"`);
  return found;
}

/** A rollout's rows; undefined when there is none. */
export function findRollout(tables: Tables, scope: Scope, rollout: string): RolloutTable | undefined {
  return findEnvironment(tables, scope)?.rollouts.get(rollout);
}

/** Key of an environment among all tenants'. */
export function environmentKeyOf({ tenant, environment }: Scope): string {
  return `${tenant}\n${environment}`;
}

/** Raises the environment's version by one and records what happened under it. */
export function recordChange(
  environment: EnvironmentTable,
  { kind, subject, payload, actor, atMs }: Omit<Change, 'version' | 'payload'> & { readonly payload: unknown },
): EnvironmentVersion {
  environment.version += 1;
  const { epoch, version } = environment;
  environment.changes.push({ version, kind, subject, payload: JSON.stringify(payload), actor, atMs });
  return { epoch, version };
}

/** A document as it comes back from a database. */
export function parsed<T = JsonValue>(text: string): T {
  return JSON.parse(text) as T;
}

/** A saved state as it comes back; null when there is none. */
export function parsedState(text: string | null): StoredState | null {
  return text === null ? null : parsed<StoredState>(text);
}

/** Order of the bytes of two texts in UTF-8: surrogates, which encode what lies beyond, come after everything else. */
export function compareBytes(left: string, right: string): number {
  const [a, b] = [[...left], [...right]];
  for (const [index, character] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (character !== other) return character.codePointAt(0)! - other.codePointAt(0)!;
  }
  return a.length - b.length;
}
