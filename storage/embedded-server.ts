import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { spawnWorker } from '../threads/index.ts';
import type { EmbeddedWorkerData } from './embedded-worker.ts';

/** Pause before a thread that died is replaced, so that one that dies at once does not keep a core busy. */
const RESTART_PAUSE_MS = 500;

/** How long a thread may take to close its database before it is ended. */
const STOP_TIMEOUT_MS = 5_000;

/** Where the database is, and whom to tell of trouble. */
interface EmbeddedServerOptions {
  readonly dataDirectory: string;
  readonly onError: (error: unknown) => void;
}

/**
 * A PostgreSQL (PGlite) in a thread of this process, behind a socket that only this user can open.
 *
 * A thread that dies is replaced on the same directory; until then connections are refused.
 */
export class EmbeddedServer {
  /** What `pg` takes as `host`. Not below the data directory: the path of a socket may have 107 bytes. */
  readonly socketDirectory = mkdtempSync(join(tmpdir(), 'rampwright-'));
  readonly #options: EmbeddedServerOptions;
  #worker: Worker | undefined;
  #exited: Promise<void> = Promise.resolve();
  #isStopping = false;

  private constructor(options: EmbeddedServerOptions) {
    this.#options = options;
  }

  /** Starts a database in the directory, or the one that is there; rejects when it cannot be opened. */
  static async start(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
    const server = new EmbeddedServer(options);
    try {
      await server.#spawn();
    } catch (error) {
      await server.stop();
      throw error;
    }
    void server.#replaceWhenEnded();
    return server;
  }

  /** Ends the thread, busy or not; another one takes over. */
  restart(): void {
    void this.#worker?.terminate();
  }

  /** Closes the database and ends its thread. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#worker?.postMessage('stop');
    await Promise.race([this.#exited, pause(STOP_TIMEOUT_MS, undefined, { ref: false })]);
    await this.#worker?.terminate();
    rmSync(this.socketDirectory, { recursive: true, force: true });
  }

  /** Resolves when the database accepts connections. */
  async #spawn(): Promise<void> {
    const workerData: EmbeddedWorkerData = {
      dataDirectory: this.#options.dataDirectory,
      socketPath: join(this.socketDirectory, '.s.PGSQL.5432'),
    };
    const worker = spawnWorker('./embedded-worker', import.meta.url, { workerData });
    this.#worker = worker;
    this.#exited = new Promise((resolve) => worker.once('exit', () => resolve()));
    await new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve());
      worker.once('error', reject);
      worker.once('exit', (exitCode) => reject(new Error(`The database's thread ended with exit code ${exitCode}.`)));
    });
    worker.on('error', this.#options.onError);
  }

  async #replaceWhenEnded(): Promise<void> {
    for (;;) {
      await this.#exited;
      if (this.#isStopping) return;
      this.#options.onError(new Error("The embedded database's thread ended; a new one takes over."));
      await pause(RESTART_PAUSE_MS);
      if (this.#isStopping) return;
      await this.#spawn().catch(this.#options.onError);
    }
  }
}
