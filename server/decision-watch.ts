import type { DecisionLog, Scope } from '../domain/index.ts';
import { repeat } from './timers.ts';

/** How often the log is asked for news while somebody listens. */
const LOOK_MS = 1_000;

/** Called with the rollouts that have a newer decision than before. */
export type DecisionListener = (rollouts: readonly string[]) => void;

interface Watched {
  readonly listeners: Set<DecisionListener>;
  readonly stop: () => void;
}

/**
 * Tells who listens about new decisions, whichever process made them.
 *
 * The log is read, once a second for all listeners of an environment together, and not at all when there are none.
 */
export class DecisionWatch {
  readonly #decisions: Pick<DecisionLog, 'newestTimes'>;
  readonly #watched = new Map<string, Watched>();

  constructor(decisions: Pick<DecisionLog, 'newestTimes'>) {
    this.#decisions = decisions;
  }

  /** Calls the listener with every news from now on, until the returned function is called. */
  subscribe(scope: Scope, listener: DecisionListener): () => void {
    const key = `${scope.tenant}\n${scope.environment}`;
    const watched = this.#watched.get(key) ?? this.#start(scope);
    this.#watched.set(key, watched);
    watched.listeners.add(listener);
    return () => {
      watched.listeners.delete(listener);
      if (watched.listeners.size > 0 || this.#watched.get(key) !== watched) return;
      watched.stop();
      this.#watched.delete(key);
    };
  }

  #start(scope: Scope): Watched {
    const listeners = new Set<DecisionListener>();
    // At the first look everything is news: what was decided just before it may have been missed by the reader.
    let seen: ReadonlyMap<string, number> = new Map();
    const look = async () => {
      const newest = await this.#decisions.newestTimes(scope);
      const rollouts = [...newest].filter(([rollout, atMs]) => atMs !== seen.get(rollout)).map(([rollout]) => rollout);
      seen = newest;
      if (rollouts.length > 0) for (const listener of listeners) listener(rollouts);
    };
    // A database that is away has no news.
    return { listeners, stop: repeat(LOOK_MS, () => look().catch(() => undefined)) };
  }
}
