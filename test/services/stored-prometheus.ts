import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { PATIENCE_MS } from './patience.ts';

/** A counter's past: its name with labels, and samples as [ms since 1970, value]. */
export interface StoredSeries {
  readonly series: string;
  readonly samples: readonly (readonly [number, number])[];
}

/** A real Prometheus that scrapes nothing and holds a past that a test has made up. */
export class StoredPrometheus {
  readonly url: string;
  readonly #directory: string;
  readonly #child: ChildProcess;

  private constructor(directory: string, port: number, child: ChildProcess) {
    this.#directory = directory;
    this.url = `http://127.0.0.1:${port}`;
    this.#child = child;
  }

  /** On a free port, answering queries. */
  static async start(past: readonly StoredSeries[]): Promise<StoredPrometheus> {
    const directory = mkdtempSync(join(tmpdir(), 'rampwright-prometheus-'));
    const [text, data, configuration] = ['past.txt', 'data', 'prometheus.yml'].map((name) => join(directory, name));
    writeFileSync(text!, openMetrics(past));
    execFileSync('/usr/bin/promtool', ['tsdb', 'create-blocks-from', 'openmetrics', text!, data!], { stdio: 'ignore' });
    writeFileSync(configuration!, '');
    const port = await freePort();
    const child = spawn(
      '/usr/bin/prometheus',
      [
        `--config.file=${configuration}`,
        `--storage.tsdb.path=${data}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=error',
      ],
      { stdio: 'ignore' },
    );
    const service = new StoredPrometheus(directory, port, child);
    await service.#untilReady();
    return service;
  }

  /** Ends it, with its data. */
  async close(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await exited;
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #untilReady(): Promise<void> {
    const deadlineMs = Date.now() + PATIENCE_MS;
    const isReady = () =>
      fetch(`${this.url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    while (!(await isReady())) {
      if (Date.now() > deadlineMs) throw new Error('Prometheus did not become ready');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** OpenMetrics wants the series of a family together, and its end said. */
function openMetrics(past: readonly StoredSeries[]): string {
  const sorted = [...past].sort((a, b) => (a.series < b.series ? -1 : 1));
  const lines = sorted.flatMap(({ series, samples }) =>
    samples.map(([atMs, value]) => `${series} ${value} ${(atMs / 1000).toFixed(3)}`),
  );
  return [...lines, '# EOF', ''].join('\n');
}
