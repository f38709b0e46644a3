import type { JsonValue } from './json.ts';
import type { Page, Scope } from './ports.ts';

/** Stands for all environments of a tenant; none can be called so. */
export const ALL_ENVIRONMENTS = '*';

/** The hash that the first entry of a chain follows. */
export const GENESIS_HASH = '0'.repeat(64);

/** One change by a person, a key or the controller, chained to the one before it. */
export interface AuditEntry extends Scope {
  /** 1 for the first entry of a chain; without gaps. */
  readonly sequence: number;
  /** By the database's clock, ms since 1970. */
  readonly atMs: number;
  /** "key:" and the id of an API key, "controller", "server", or the name of what acted by itself. */
  readonly actor: string;
  /** What was done: "flag", "start", "ramp", "rollback", "keyCreated", … */
  readonly action: string;
  /** What kind of thing was changed: "flag", "rollout", "rolloutDefinition", "settings", "key", "label", "model", … */
  readonly kind: string;
  /** Its name. */
  readonly target: string;
  readonly reason: string | null;
  /** What the entry before it about the same thing left; null where there is none. */
  readonly before: JsonValue;
  readonly after: JsonValue;
  readonly previousHash: string;
  /** SHA-256 of the canonical JSON of everything else in the entry. */
  readonly hash: string;
}

/** Where a chain ends. */
export interface AuditHead {
  /** 0 for a chain without entries. */
  readonly sequence: number;
  readonly hash: string;
}

/** Which entries of a chain; what is left out does not restrict. */
export interface AuditQuery extends Pick<Page, 'limit'> {
  /** Only entries with a lower number. */
  readonly before?: number;
  readonly actor?: string;
  readonly action?: string;
  readonly kind?: string;
  readonly target?: string;
  readonly fromMs?: number;
  readonly throughMs?: number;
}

/** Who did what and why, append-only. The environment of a chain may be `ALL_ENVIRONMENTS`: what concerns the whole tenant. */
export interface AuditLog {
  /** Newest first. */
  list(chain: Scope, query: AuditQuery): Promise<readonly AuditEntry[]>;
  /** Canonical JSON of entries as it was hashed, with their hash, oldest first: `limit` of them behind number `after`. */
  readLines(
    chain: Scope,
    range: { readonly after: number; readonly through: number; readonly limit: number },
  ): Promise<readonly string[]>;
  readHead(chain: Scope): Promise<AuditHead>;
}
