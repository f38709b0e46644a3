import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Snapshot } from '../../domain/index.ts';
import { messageOf, type OnError, RampwrightError } from '../client-error.ts';
import type { Connection } from '../connection.ts';
import { type ClientClock, pause } from '../ports.ts';
import { previousOf, readSnapshotFile, writeSnapshotFile } from './snapshot-file.ts';
import type { VerifiedSnapshot } from './verified-snapshot.ts';

/** Least time from one write to the next: what a crash may lose. */
const WRITE_INTERVAL_MS = 1_000;
/** Age after which a temporary file can only be the rest of a crash. */
const ABANDONED_AFTER_MS = 60_000;

/** What the cache works with. */
export interface CacheOptions {
  readonly cacheDirectory: string;
  readonly connection: Connection;
  readonly clock: ClientClock;
  readonly onError: OnError;
}

/**
 * Keeps the newest snapshot on disk for the next start.
 *
 * The file is named after the API key, which belongs to one environment for ever: flags of one never appear in another.
 */
export class SnapshotCache {
  readonly #file: string;
  readonly #clock: ClientClock;
  readonly #onError: OnError;
  readonly #closing = new AbortController();
  #unwritten: Snapshot | undefined;
  #writing: Promise<void> | undefined;
  /** What the file holds is of no use, whatever version it claims to be. */
  #isDamaged = false;
  #isFailureTold = false;

  constructor({ cacheDirectory, connection, clock, onError }: CacheOptions) {
    const name = createHash('sha256').update(connection.apiKey).digest('hex').slice(0, 16);
    this.#file = join(resolve(cacheDirectory), `snapshot.${name}.json`);
    this.#clock = clock;
    this.#onError = onError;
  }

  /** The snapshot of an earlier life, or the one before it where that is damaged. */
  restore(): VerifiedSnapshot | undefined {
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      this.#removeAbandoned();
    } catch (failure) {
      this.#tell(messageOf(failure));
    }
    for (const file of [this.#file, previousOf(this.#file)]) {
      const read = readSnapshotFile(file);
      if (typeof read === 'object') return read;
      if (read === undefined) continue;
      this.#isDamaged ||= file === this.#file;
      this.#tell(read);
    }
    return undefined;
  }

  /** Writes the snapshot, at once if the last write is long enough ago. */
  keep(snapshot: Snapshot): void {
    this.#unwritten = snapshot;
    this.#writing ??= this.#writeAll();
  }

  /** Writes what is not written yet; waits no longer than `timeoutMs` for the disk. */
  async close(timeoutMs: number): Promise<void> {
    this.#closing.abort();
    const written = new AbortController();
    const done = this.#writing?.finally(() => written.abort());
    if (done !== undefined) await Promise.race([done, pause(this.#clock, timeoutMs, written.signal)]);
  }

  /** One write at a time, and always of the newest: a slow disk lets nothing pile up. */
  async #writeAll(): Promise<void> {
    for (let snapshot = this.#unwritten; snapshot !== undefined; snapshot = this.#unwritten) {
      this.#unwritten = undefined;
      await this.#write(snapshot);
      await pause(this.#clock, WRITE_INTERVAL_MS, this.#closing.signal);
    }
    this.#writing = undefined;
  }

  async #write(snapshot: Snapshot): Promise<void> {
    try {
      await writeSnapshotFile(this.#file, snapshot, this.#isDamaged);
      this.#isDamaged = false;
      this.#isFailureTold = false;
    } catch (failure) {
      this.#tell(messageOf(failure));
    }
  }

  #tell(message: string): void {
    if (!this.#isFailureTold) this.#onError(new RampwrightError('cacheFailed', message));
    this.#isFailureTold = true;
  }

  #removeAbandoned(): void {
    const directory = dirname(this.#file);
    for (const name of readdirSync(directory)) {
      if (!name.startsWith(`${basename(this.#file)}.`) || !name.endsWith('.tmp')) continue;
      const path = join(directory, name);
      const writtenAtMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
      if (this.#clock.nowMs() - writtenAtMs > ABANDONED_AFTER_MS) rmSync(path, { force: true });
    }
  }
}
