import { createHash } from 'node:crypto';
import {
  canonicalJson,
  contentOf,
  type EnvironmentSettings,
  type EnvironmentVersion,
  Problem,
  type PublishedState,
  type Rollout,
  type RolloutOverlay,
  type Scope,
  SNAPSHOT_SCHEMA_VERSION,
  type Snapshot,
  type Storage,
} from '../domain/index.ts';
import { type CompiledSnapshot, compileSnapshot } from '../evaluator/index.ts';

/** An environment as this process serves it: one immutable snapshot in the three forms that are needed. */
export interface PublishedEnvironment {
  readonly snapshot: Snapshot;
  readonly json: string;
  readonly etag: string;
  readonly compiled: CompiledSnapshot;
  readonly settings: EnvironmentSettings;
  /** Signs stream tickets; the same in every process that serves the environment. */
  readonly ticketSecret: Uint8Array;
}

/** Called with every newer snapshot. */
export type SnapshotListener = (published: PublishedEnvironment) => void;

/**
 * Holds the newest snapshot of every environment and tells listeners about newer ones.
 *
 * The database is the truth: `refresh` is called after a change of this process, `reconcile` finds everybody else's.
 */
export class SnapshotPublisher {
  readonly #flags: Storage['flags'];
  readonly #published = new Map<string, PublishedEnvironment>();
  readonly #listeners = new Map<string, Set<SnapshotListener>>();

  constructor(flags: Storage['flags']) {
    this.#flags = flags;
  }

  /** The newest snapshot held; undefined when the environment is not known (yet). */
  current(scope: Scope): PublishedEnvironment | undefined {
    return this.#published.get(keyOf(scope));
  }

  /** Like `current`, but asks the database for an environment that is not held yet; Problem `environmentNotFound`. */
  async require(scope: Scope): Promise<PublishedEnvironment> {
    return this.current(scope) ?? (await this.refresh(scope));
  }

  /** Number of environments held. */
  get size(): number {
    return this.#published.size;
  }

  /** Reads the environment again, and publishes it if it is newer than what is held. */
  async refresh(scope: Scope): Promise<PublishedEnvironment> {
    const state = await this.#flags.readPublished(scope);
    const held = this.current(scope);
    // Compared at the moment of the swap: a slower read must never put an older version back.
    if (held !== undefined && !isNewer(state, held.snapshot)) return held;
    const published = publish(scope, state, held?.compiled);
    this.#published.set(keyOf(scope), published);
    for (const listener of this.#listeners.get(keyOf(scope)) ?? []) listener(published);
    return published;
  }

  /** Compares versions with the database and refreshes every environment that has a newer one. */
  async reconcile(): Promise<void> {
    for (const { tenant, environment, epoch, version } of await this.#flags.listVersions()) {
      const held = this.current({ tenant, environment });
      if (held !== undefined && !isNewer({ epoch, version }, held.snapshot)) continue;
      await this.refresh({ tenant, environment }).catch((error: unknown) => {
        if (!(error instanceof Problem && error.code === 'environmentNotFound')) throw error;
      });
    }
  }

  /** Calls the listener with every newer snapshot until the returned function is called. */
  subscribe(scope: Scope, listener: SnapshotListener): () => void {
    const key = keyOf(scope);
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(key);
    };
  }
}

function keyOf({ tenant, environment }: Scope): string {
  return `${tenant}\n${environment}`;
}

function isNewer(candidate: EnvironmentVersion, held: EnvironmentVersion): boolean {
  return candidate.epoch > held.epoch || (candidate.epoch === held.epoch && candidate.version > held.version);
}

function publish(scope: Scope, state: PublishedState, previous: CompiledSnapshot | undefined): PublishedEnvironment {
  const { bucketing, staticContext } = state.settings;
  const content = {
    flagSet: state.flagSet,
    rollouts: state.rollouts.map(overlayOf),
    settings: { bucketing, staticContext },
  };
  const hash = createHash('sha256')
    .update(canonicalJson(contentOf(content)))
    .digest('hex');
  const snapshot: Snapshot = {
    schemaVersion: SNAPSHOT_SCHEMA_VERSION,
    environment: scope.environment,
    epoch: state.epoch,
    version: state.version,
    hash,
    ...content,
  };
  return {
    snapshot,
    json: JSON.stringify(snapshot),
    etag: `"${state.epoch}.${state.version}-${hash.slice(0, 16)}"`,
    compiled: compileSnapshot(snapshot, previous),
    settings: state.settings,
    ticketSecret: state.ticketSecret,
  };
}

/** What readers need to know of a rollout. */
export function overlayOf({ definition, state }: Rollout): RolloutOverlay {
  return {
    rollout: definition.rollout,
    flag: definition.flag,
    generation: state.generation,
    control: definition.control,
    treatments: definition.treatments,
    coverage: state.coverage,
    ...(definition.audience === undefined ? {} : { audience: definition.audience }),
    bucketBy: definition.bucketBy,
    salt: definition.salt,
    isMeasured: state.phase === 'running' || state.phase === 'paused',
    windowMs: definition.windowMs,
    attributionMs: definition.attributionMs,
    metrics: definition.metrics.map(({ metric, kind, signal }) => ({ metric, kind, signal })),
  };
}
