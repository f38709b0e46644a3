import type { Snapshot } from '../../domain/index.ts';
import { type CompiledSnapshot, compileSnapshot } from '../../evaluator/index.ts';
import { type OnError, RampwrightError } from '../client-error.ts';
import type { ClientClock } from '../ports.ts';
import { applyDelta } from './apply-delta.ts';
import { changedFlags } from './changed-flags.ts';
import { readSnapshot } from './read-snapshot.ts';
import type { VerifiedSnapshot } from './verified-snapshot.ts';

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
  compiled: CompiledSnapshot | undefined;
  /** When the server last confirmed what is held, on the steady clock; undefined when it never did. */
  confirmedAtMs: number | undefined;
  readonly #clock: ClientClock;
  readonly #onError: OnError;
  readonly #onChange: (change: ClientChange) => void;
  #held: VerifiedSnapshot | undefined;
  #isOutageTold = false;
  #lastRefusal = '';

  constructor(clock: ClientClock, onError: OnError, onChange: (change: ClientChange) => void) {
    this.#clock = clock;
    this.#onError = onError;
    this.#onChange = onChange;
  }

  /** What is held; undefined before the first snapshot. */
  get snapshot(): Snapshot | undefined {
    return this.#held?.snapshot;
  }

  /** Takes a snapshot over if it is valid and not older than the one held. */
  offer(text: string): OfferOutcome {
    const verified = readSnapshot(text, this.#held);
    if (typeof verified === 'string') return this.#refuse(`A snapshot was not taken over: ${verified}.`, 'refused');
    const { snapshot } = verified;
    const held = this.snapshot;
    if (held !== undefined) {
      if (snapshot.environment !== held.environment) {
        const message = `A snapshot was not taken over: it is of environment ${snapshot.environment}, not ${held.environment}.`;
        return this.#refuse(message, 'refused');
      }
      if (isOlder(snapshot, held)) {
        const message = `A snapshot was not taken over: it is ${versionOf(snapshot)} and ${versionOf(held)} is already held.`;
        return this.#refuse(message, 'older');
      }
      if (snapshot.epoch === held.epoch && this.holds(snapshot)) return this.#confirmed();
    }
    return this.#update(verified);
  }

  /** Applies a delta if it leads on from what is held; "refused" asks for the whole snapshot. */
  offerDelta(text: string): OfferOutcome {
    if (this.#held === undefined) return 'refused';
    const outcome = applyDelta(this.#held, text);
    switch (outcome.kind) {
      case 'applied':
        return this.#update(outcome.verified);
      case 'past':
        return 'older';
      case 'gap':
        return 'refused';
      case 'damaged':
        return this.#refuse(`A delta was not applied: ${outcome.message}.`, 'refused');
    }
  }

  /** Begins with a snapshot of an earlier life: served as stale until the server confirms or replaces it. */
  restore(verified: VerifiedSnapshot): void {
    const flagsChanged = this.#swap(verified);
    this.#enter('stale');
    this.#onChange({ kind: 'flags', version: verified.snapshot.version, flagsChanged });
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

  #update(verified: VerifiedSnapshot): OfferOutcome {
    const flagsChanged = this.#swap(verified);
    this.#confirmed();
    this.#onChange({ kind: 'flags', version: verified.snapshot.version, flagsChanged });
    return 'held';
  }

  /** Puts the snapshot in force; returns the keys of the flags that changed. */
  #swap(verified: VerifiedSnapshot): readonly string[] {
    this.compiled = compileSnapshot(verified.snapshot, this.compiled);
    const flagsChanged = changedFlags(this.snapshot, verified.snapshot);
    this.#held = verified;
    return flagsChanged;
  }

  #confirmed(): OfferOutcome {
    this.confirmedAtMs = this.#clock.monotonicMs();
    this.#isOutageTold = false;
    this.#enter('ready');
    return 'held';
  }

  /** Tells of a refusal once, however often the server repeats its offer. */
  #refuse<T extends OfferOutcome>(message: string, outcome: T): T {
    if (message !== this.#lastRefusal) this.#onError(new RampwrightError('snapshotRefused', message));
    this.#lastRefusal = message;
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
