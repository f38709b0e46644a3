import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { PATIENCE_MS } from './patience.ts';

/** Whether there is no Redis here; said aloud, and a failure where REQUIRE_REAL=1 demands the real thing. */
export function isRedisMissing(): boolean {
  if (spawnSync('redis-server', ['--version']).status === 0) return false;
  const what =
    'redis-server is missing, so nothing is shown to work with it; install it with: apt-get install redis-server';
  if (process.env['REQUIRE_REAL'] === '1') throw new Error(what);
  console.warn(`\n*** SKIPPED: ${what}\n`);
  return true;
}

/** A real Redis that keeps what it acknowledges; it can be killed and started again with its data. */
export class RedisService {
  readonly url: string;
  readonly #port: number;
  readonly #directory = mkdtempSync(join(tmpdir(), 'rampwright-redis-'));
  #child: ChildProcess | undefined;

  private constructor(port: number) {
    this.#port = port;
    this.url = `redis://127.0.0.1:${port}`;
  }

  /** On a free port, running. */
  static async create(): Promise<RedisService> {
    const service = new RedisService(await freePort());
    await service.start();
    return service;
  }

  /** Starts it on its port, with the data that it has; resolves when it answers. */
  async start(): Promise<void> {
    const child = spawn(
      'redis-server',
      [
        ...['--port', String(this.#port), '--bind', '127.0.0.1', '--dir', this.#directory],
        ...['--appendonly', 'yes', '--appendfsync', 'always', '--save', '', '--maxmemory-policy', 'noeviction'],
      ],
      { stdio: 'ignore' },
    );
    this.#child = child;
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    const deadlineMs = Date.now() + PATIENCE_MS;
    while (!(await this.#isReady())) {
      if (Date.now() > deadlineMs) throw new Error('Redis did not become ready');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Ends it without a chance to do anything more, and waits until it is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** Ends it, with its data. */
  async close(): Promise<void> {
    await this.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #isReady(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.#port, '127.0.0.1', () => socket.write('PING\r\n'));
      socket.once('data', (answer) => {
        socket.destroy();
        resolve(answer.toString().startsWith('+PONG'));
      });
      socket.once('error', () => resolve(false));
    });
  }
}
