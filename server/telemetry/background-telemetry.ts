import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What this process tells Prometheus about what it stands on: database and jobs. */
export class BackgroundTelemetry {
  readonly #storageUp: Gauge;
  readonly #roundTrip: Gauge;
  readonly #queueUp: Gauge;
  readonly #jobs: Counter<'name' | 'result'>;
  readonly #durations: Histogram<'name'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#storageUp = new Gauge({
      name: 'rampwright_storage_up',
      help: '1 when the database answered the last time it was asked.',
      registers,
    });
    this.#roundTrip = new Gauge({
      name: 'rampwright_storage_round_trip_seconds',
      help: 'How long the database took for the last empty question.',
      registers,
    });
    this.#queueUp = new Gauge({
      name: 'rampwright_job_queue_up',
      help: '1 when jobs could be added the last time it was looked.',
      registers,
    });
    this.#jobs = new Counter({
      name: 'rampwright_jobs_total',
      help: 'Attempts at jobs that ended in this process.',
      labelNames: ['name', 'result'],
      registers,
    });
    this.#durations = new Histogram({
      name: 'rampwright_job_duration_seconds',
      help: 'How long attempts at jobs took in this process.',
      labelNames: ['name'],
      buckets: [0.01, 0.1, 1, 10, 60, 600, 3600],
      registers,
    });
    // A server that has started had both; the first look follows in a few seconds.
    this.#storageUp.set(1);
    this.#queueUp.set(1);
  }

  /** Shows what came of asking the database; null when it did not answer. */
  showStorage(roundTripMs: number | null): void {
    this.#storageUp.set(roundTripMs === null ? 0 : 1);
    if (roundTripMs !== null) this.#roundTrip.set(roundTripMs / 1000);
  }

  /** Shows whether jobs can be added. */
  showQueue(isUp: boolean): void {
    this.#queueUp.set(isUp ? 1 : 0);
  }

  /** Counts an attempt at a job. */
  countJob(name: string, result: 'completed' | 'failed', durationMs: number): void {
    this.#jobs.inc({ name, result });
    this.#durations.observe({ name }, durationMs / 1000);
  }
}
