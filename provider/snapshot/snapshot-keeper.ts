import type { Snapshot } from '../../domain/index.ts';
import { type CompiledSnapshot, compileSnapshot } from '../../evaluator/index.ts';
import { type OnError, RampwrightError } from '../client-error.ts';
import type { ClientClock } from '../ports.ts';
import { changedFlags } from './changed-flags.ts';
import { readSnapshot } from './read-snapshot.ts';

/**
 * How far the client can be trusted to know the newest flags: nothing received yet, in touch with the server,
 * out of touch and serving the last snapshot, or shut out for good by the server.
 */
export type ClientState = 'notReady' | 'ready' | 'stale' | 'failed';

/** Something that an application may want to react to. */
export type ClientChange =
  | { readonly kind: 'state'; readonly state: ClientState }
  | { readonly kind: 'flags'; readonly version: number; readonly flagsChanged: readonly string[] };

/** What became of a snapshot that the server offered. */
export type OfferOutcome = 'held' | 'older' | 'refused';

/** Holds the newest valid snapshot in compiled form, and knows whether it is still current. */
export class SnapshotKeeper {
  state: ClientState = 'notReady';
  snapshot: Snapshot | undefined;
  compiled: CompiledSnapshot | undefined;
  /** When the server last confirmed what is held, on the steady clock. */
  confirmedAtMs = 0;
  readonly #clock: ClientClock;
  readonly #onError: OnError;
  readonly #onChange: (change: ClientChange) => void;
  #isOutageTold = false;
  #lastRefusal = '';

  constructor(clock: ClientClock, onError: OnError, onChange: (change: ClientChange) => void) {
    this.#clock = clock;
    this.#onError = onError;
    this.#onChange = onChange;
  }

  /** Takes a snapshot over if it is valid and not older than the one held. */
  offer(text: string): OfferOutcome {
    const snapshot = readSnapshot(text);
    if (typeof snapshot === 'string') return this.#refuse(snapshot, 'refused');
    const held = this.snapshot;
    if (held !== undefined) {
      if (snapshot.environment !== held.environment) {
        return this.#refuse(`it is of environment ${snapshot.environment}, not ${held.environment}`, 'refused');
      }
      if (isOlder(snapshot, held)) {
        return this.#refuse(`it is ${versionOf(snapshot)} and ${versionOf(held)} is already held`, 'older');
      }
      if (snapshot.epoch === held.epoch && this.holds(snapshot)) return this.#confirmed();
    }
    return this.#swap(snapshot);
  }

  /** True when what is held has this version and hash. */
  holds({ version, hash }: { readonly version: unknown; readonly hash: unknown }): boolean {
    return this.snapshot !== undefined && this.snapshot.version === version && this.snapshot.hash === hash;
  }

  /** The server says that what is held is current. */
  confirm(): void {
    if (this.snapshot !== undefined) this.#confirmed();
  }

  /** The server is out of touch: what is held may be outdated. */
  lose(message: string): void {
    if (!this.#isOutageTold) this.#onError(new RampwrightError('unreachable', message));
    this.#isOutageTold = true;
    if (this.snapshot !== undefined) this.#enter('stale');
  }

  /** The server refuses this client for good. */
  deny(message: string): void {
    this.#enter('failed');
    this.#onError(new RampwrightError('denied', message));
  }

  #swap(snapshot: Snapshot): OfferOutcome {
    this.compiled = compileSnapshot(snapshot, this.compiled);
    const flagsChanged = changedFlags(this.snapshot, snapshot);
    this.snapshot = snapshot;
    this.#confirmed();
    this.#onChange({ kind: 'flags', version: snapshot.version, flagsChanged });
    return 'held';
  }

  #confirmed(): OfferOutcome {
    this.confirmedAtMs = this.#clock.monotonicMs();
    this.#isOutageTold = false;
    this.#enter('ready');
    return 'held';
  }

  /** Tells of a refusal once, however often the server repeats its offer. */
  #refuse<T extends OfferOutcome>(why: string, outcome: T): T {
    if (why !== this.#lastRefusal) {
      this.#onError(new RampwrightError('snapshotRefused', `A snapshot was not taken over: ${why}.`));
    }
    this.#lastRefusal = why;
    if (outcome === 'refused' && this.state === 'ready') this.#enter('stale');
    return outcome;
  }

  #enter(state: ClientState): void {
    if (this.state === state) return;
    this.state = state;
    this.#onChange({ kind: 'state', state });
  }
}

function isOlder(snapshot: Snapshot, held: Snapshot): boolean {
  return snapshot.epoch === held.epoch ? snapshot.version < held.version : snapshot.epoch < held.epoch;
}

function versionOf({ epoch, version }: Snapshot): string {
  return `version ${epoch}.${version}`;
}
