import { type EnvironmentVersion, type FlagStore, Problem, type Rollout, type Scope } from '../domain/index.ts';
import { PublishedEnvironment } from './published-environment.ts';

export type { PublishedEnvironment } from './published-environment.ts';

/** Called with every newer snapshot. */
export type SnapshotListener = (published: PublishedEnvironment) => void;

/** One environment's reading of the database that is under way, and the one that follows it. */
interface Readings {
  readonly current: Promise<PublishedEnvironment>;
  next: Promise<PublishedEnvironment> | undefined;
}

/**
 * Holds the newest snapshot of every environment and tells listeners about newer ones.
 *
 * The database is the truth: `refresh` is called after a change of this process, `reconcile` finds everybody else's.
 */
export class SnapshotPublisher {
  readonly #flags: Pick<FlagStore, 'readPublished' | 'listVersions'>;
  readonly #published = new Map<string, PublishedEnvironment>();
  readonly #listeners = new Map<string, Set<SnapshotListener>>();
  readonly #readings = new Map<string, Readings>();

  constructor(flags: Pick<FlagStore, 'readPublished' | 'listVersions'>) {
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

  /** Whether any environment held is as asked. */
  some(isAsked: (published: PublishedEnvironment) => boolean): boolean {
    return [...this.#published.values()].some(isAsked);
  }

  /** The rollouts that the environments held publish: running, paused and completed ones. */
  *rollouts(): Generator<Scope & { readonly rollout: Rollout }> {
    for (const [key, { state }] of this.#published) {
      const [tenant, environment] = key.split('\n') as [string, string];
      for (const rollout of state.rollouts) yield { tenant, environment, rollout };
    }
  }

  /** The environments held, with their versions and how many listen for newer ones. */
  *environments(): Generator<Scope & { readonly version: number; readonly readerCount: number }> {
    for (const [key, { state }] of this.#published) {
      const [tenant, environment] = key.split('\n') as [string, string];
      yield { tenant, environment, version: state.version, readerCount: this.#listeners.get(key)?.size ?? 0 };
    }
  }

  /**
   * Reads the environment again, and publishes it if it is newer than what is held.
   *
   * A reading that has begun may have missed the caller's change, so it is followed by one more for all who came meanwhile.
   */
  refresh(scope: Scope): Promise<PublishedEnvironment> {
    const readings = this.#readings.get(keyOf(scope));
    if (readings === undefined) return this.#startReading(scope);
    const startNext = () => this.#startReading(scope);
    readings.next ??= readings.current.then(startNext, startNext);
    return readings.next;
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

  #startReading(scope: Scope): Promise<PublishedEnvironment> {
    const readings: Readings = { current: this.#read(scope), next: undefined };
    this.#readings.set(keyOf(scope), readings);
    const forget = () => {
      if (readings.next === undefined) this.#readings.delete(keyOf(scope));
    };
    readings.current.then(forget, forget);
    return readings.current;
  }

  async #read(scope: Scope): Promise<PublishedEnvironment> {
    const state = await this.#flags.readPublished(scope, this.current(scope)?.state);
    const held = this.current(scope);
    // Compared at the moment of the swap: a slower read must never put an older version back.
    if (held !== undefined && !isNewer(state, held.snapshot)) return held;
    const published = new PublishedEnvironment(scope, state, held);
    this.#published.set(keyOf(scope), published);
    for (const listener of this.#listeners.get(keyOf(scope)) ?? []) listener(published);
    return published;
  }
}

/** Whether the candidate comes after what is held: by epoch first, then by version. */
export function isNewer(candidate: EnvironmentVersion, held: EnvironmentVersion): boolean {
  return candidate.epoch > held.epoch || (candidate.epoch === held.epoch && candidate.version > held.version);
}

function keyOf({ tenant, environment }: Scope): string {
  return `${tenant}\n${environment}`;
}
