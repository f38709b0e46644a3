import { backOffMs } from '../back-off.ts';
import type { Connection } from '../connection.ts';
import { type ClientClock, pause, type Random } from '../ports.ts';
import type { ServerSentEvent } from './event-stream.ts';
import { pullSnapshot } from './pull-snapshot.ts';
import type { SnapshotKeeper } from './snapshot-keeper.ts';
import { followStream, type StreamEnd } from './snapshot-stream.ts';

/** A stream that lived this long ends the series of failures; a shorter one counts as another failure. */
const HEALTHY_STREAM_MS = 30_000;
/** Failed streams in a row after which snapshots are pulled as well. */
const FAILURES_BEFORE_POLLING = 3;
const POLL_INTERVAL_MS = 30_000;
const POLL_JITTER = 0.2;
const MAX_RETRY_MS = 30_000;

/** What the source works with. */
export interface SourceOptions {
  readonly connection: Connection;
  readonly clock: ClientClock;
  readonly random: Random;
  readonly keeper: SnapshotKeeper;
}

/**
 * Keeps the keeper up to date: one full pull unless there is a snapshot from disk, then the stream, for as long as the
 * client lives.
 *
 * Lost pushes are found by the version and hash in heartbeats; while streams fail, polling takes over.
 */
export class SnapshotSource {
  readonly #connection: Connection;
  readonly #clock: ClientClock;
  readonly #random: Random;
  readonly #keeper: SnapshotKeeper;
  readonly #ending = new AbortController();
  #etag: string | undefined;
  #pulling: Promise<number> | undefined;
  #polling: AbortController | undefined;
  /** When pulls may begin again, on the steady clock: the server asked to be left alone until then. */
  #restUntilMs = 0;
  /** The heartbeat whose snapshot was pulled and could not be taken over: asking again would bring the same. */
  #settledHeartbeat = '';
  #failureCount = 0;

  constructor({ connection, clock, random, keeper }: SourceOptions) {
    this.#connection = connection;
    this.#clock = clock;
    this.#random = random;
    this.#keeper = keeper;
  }

  /** Runs until it is closed, which it does by itself when the server refuses the client for good. */
  async run(): Promise<void> {
    while (this.#isLive && this.#keeper.snapshot === undefined) {
      const retryAfterMs = await this.#pull();
      if (this.#keeper.snapshot === undefined) await this.#backOff(retryAfterMs);
    }
    this.#failureCount = 0;
    while (this.#isLive) {
      const end = await followStream({
        connection: this.#connection,
        clock: this.#clock,
        lastEventId: this.#lastEventId(),
        onEvent: (event) => this.#receive(event),
        onSilence: (message) => this.#keeper.lose(message),
        signal: this.#ending.signal,
      });
      if (this.#isLive) await this.#recover(end);
    }
  }

  /** Lets go of every connection and timer. */
  close(): void {
    this.#ending.abort();
    this.#stopPolling();
  }

  get #isLive(): boolean {
    return !this.#ending.signal.aborted;
  }

  #lastEventId(): string | undefined {
    const held = this.#keeper.snapshot;
    return held && `${held.environment}:${held.epoch}.${held.version}`;
  }

  #receive(event: ServerSentEvent): void {
    if (event.type === 'snapshot') {
      // An ETag would belong to an older snapshot than the one held from now on.
      if (this.#keeper.offer(event.data) === 'held') this.#etag = undefined;
    } else if (event.type === 'delta') {
      this.#follow(event.data);
    } else if (event.type === 'heartbeat') {
      this.#compare(event.data);
    }
  }

  #follow(delta: string): void {
    const outcome = this.#keeper.offerDelta(delta);
    if (outcome === 'held') this.#etag = undefined;
    else if (outcome === 'refused' && this.#mayPull) void this.#pull();
  }

  get #mayPull(): boolean {
    return this.#clock.monotonicMs() >= this.#restUntilMs;
  }

  #compare(heartbeat: string): void {
    const announced = parseHeartbeat(heartbeat);
    if (announced === undefined) return;
    if (this.#keeper.holds(announced)) {
      this.#keeper.confirm();
      this.#stopPolling();
    } else if (heartbeat !== this.#settledHeartbeat && this.#mayPull) {
      void this.#pull(heartbeat);
    }
  }

  /** What follows on the end of a stream: polling if it is time, and in any case a wait. */
  async #recover(end: StreamEnd): Promise<void> {
    if (end.kind === 'denied') return this.#giveUp(end.message);
    if (end.kind === 'ended') {
      this.#keeper.lose(end.message);
      if (end.openMs >= HEALTHY_STREAM_MS) this.#failureCount = 0;
    }
    if (this.#failureCount + 1 >= FAILURES_BEFORE_POLLING) this.#startPolling();
    await this.#backOff(end.kind === 'ended' ? Math.min(end.retryMs, MAX_RETRY_MS) : end.retryAfterMs);
  }

  async #backOff(leastMs: number): Promise<void> {
    await pause(this.#clock, leastMs + backOffMs(this.#failureCount, this.#random), this.#ending.signal);
    this.#failureCount += 1;
  }

  #startPolling(): void {
    if (this.#polling !== undefined) return;
    this.#polling = new AbortController();
    void this.#poll(this.#polling.signal);
  }

  async #poll(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const retryAfterMs = await this.#pull();
      const intervalMs = POLL_INTERVAL_MS * (1 + POLL_JITTER * (2 * this.#random() - 1));
      await pause(this.#clock, retryAfterMs + intervalMs, signal);
    }
  }

  #stopPolling(): void {
    this.#polling?.abort();
    this.#polling = undefined;
  }

  #giveUp(message: string): void {
    this.#keeper.deny(message);
    this.close();
  }

  /** Pulls once, joining a pull that is under way; returns how long the server wants to be left alone, in ms. */
  #pull(heartbeat?: string): Promise<number> {
    this.#pulling ??= this.#pullNow(heartbeat).finally(() => {
      this.#pulling = undefined;
    });
    return this.#pulling;
  }

  async #pullNow(heartbeat: string | undefined): Promise<number> {
    const outcome = await pullSnapshot(this.#connection, this.#clock, this.#etag, this.#ending.signal);
    if (!this.#isLive) return 0;
    switch (outcome.kind) {
      case 'snapshot':
        if (this.#keeper.offer(outcome.text) === 'held') this.#etag = outcome.etag;
        else if (heartbeat !== undefined) this.#settledHeartbeat = heartbeat;
        return 0;
      case 'notModified':
        this.#keeper.confirm();
        return 0;
      case 'denied':
        this.#giveUp(outcome.message);
        return 0;
      case 'unavailable':
        this.#keeper.lose(outcome.message);
        this.#restUntilMs = this.#clock.monotonicMs() + outcome.retryAfterMs;
        return outcome.retryAfterMs;
    }
  }
}

function parseHeartbeat(text: string): { readonly version: unknown; readonly hash: unknown } | undefined {
  try {
    const { version, hash } = JSON.parse(text);
    return { version, hash };
  } catch {
    return undefined;
  }
}
