import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { PATIENCE_MS } from './patience.ts';

const PROMETHEUS = '/usr/bin/prometheus';

/** Whether there is no Prometheus here; said aloud, and a failure where REQUIRE_REAL=1 demands the real thing. */
export function isPrometheusMissing(): boolean {
  if (existsSync(PROMETHEUS)) return false;
  const what = `${PROMETHEUS} is missing, so nothing is shown to work with it; install it with: apt-get install prometheus`;
  if (process.env['REQUIRE_REAL'] === '1') throw new Error(what);
  console.warn(`\n*** SKIPPED: ${what}\n`);
  return true;
}

/** One series and its value. */
export interface Answer {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A real Prometheus that scrapes one target every second; it can be stopped and started again with its data. */
export class PrometheusService {
  readonly url: string;
  readonly #directory: string;
  readonly port: number;
  #child: ChildProcess | undefined;

  private constructor(directory: string, port: number) {
    this.#directory = directory;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** On a free port, running; with the rules of these files, looked at every second. */
  static async create(targetPort: number, ruleFiles: readonly string[] = []): Promise<PrometheusService> {
    const directory = mkdtempSync(join(tmpdir(), 'rampwright-prometheus-'));
    const job = { job_name: 'shop', static_configs: [{ targets: [`127.0.0.1:${targetPort}`] }] };
    const configuration = {
      global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
      rule_files: ruleFiles,
      scrape_configs: [job],
    };
    // JSON is YAML.
    writeFileSync(join(directory, 'prometheus.yml'), JSON.stringify(configuration));
    const service = new PrometheusService(directory, await freePort());
    await service.start();
    return service;
  }

  /** Starts it on its port, with the data that it has; resolves when it answers queries. */
  async start(): Promise<void> {
    const child = spawn(
      PROMETHEUS,
      [
        `--config.file=${join(this.#directory, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(this.#directory, 'data')}`,
        `--web.listen-address=127.0.0.1:${this.port}`,
        '--log.level=error',
      ],
      { stdio: 'ignore' },
    );
    this.#child = child;
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    const deadlineMs = Date.now() + PATIENCE_MS;
    while (!(await this.#isReady())) {
      if (Date.now() > deadlineMs) throw new Error('Prometheus did not become ready');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Asks it to end, and waits until it has. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  }

  /** The value of an expression that has one; undefined when there is none. */
  async valueOf(expression: string): Promise<number | undefined> {
    const [first] = await this.answersTo(expression);
    return first?.value;
  }

  /** Every series that an expression gives now, or throws what Prometheus says against it. */
  async answersTo(expression: string): Promise<readonly Answer[]> {
    const { result } = await this.get<{ result: { metric: Record<string, string>; value: [number, string] }[] }>(
      `query?${new URLSearchParams({ query: expression })}`,
    );
    return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1].replace('Inf', 'Infinity')) }));
  }

  /** What its API answers to a path. */
  async get<Data>(path: string): Promise<Data> {
    const response = await fetch(`${this.url}/api/v1/${path}`);
    const answer = (await response.json()) as { data: Data; error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.data;
  }

  /** Ends it, with its data. */
  async close(): Promise<void> {
    await this.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #isReady(): Promise<boolean> {
    return fetch(`${this.url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}
