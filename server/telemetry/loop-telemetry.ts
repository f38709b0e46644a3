import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { DueRollout } from '../../domain/index.ts';

const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const RESULTS = ['applied', 'superseded', 'nothingNew', 'failed'] as const;

/** What this process tells Prometheus about its control loop. */
export class LoopTelemetry {
  readonly #nowMs: () => number;
  readonly #passes: Counter<'result'>;
  readonly #durations: Histogram;
  readonly #lags: Histogram;
  readonly #due: Gauge;
  readonly #lastSweep: Gauge;
  #passBeganMs: number | undefined;

  constructor(registry: Registry, nowMs: () => number) {
    const registers = [registry];
    this.#nowMs = nowMs;
    this.#passes = new Counter({
      name: 'rampwright_passes_total',
      help: 'Passes of the control loop.',
      labelNames: ['result'],
      registers,
    });
    // A failure that begins its series is no increase: begin at 0.
    for (const result of RESULTS) this.#passes.inc({ result }, 0);
    this.#durations = new Histogram({
      name: 'rampwright_pass_duration_seconds',
      help: 'One look at one rollout: observe, decide, record, apply.',
      buckets: SECONDS,
      registers,
    });
    this.#lags = new Histogram({
      name: 'rampwright_control_loop_lag_seconds',
      help: 'How long a rollout had been due when its pass was claimed.',
      buckets: SECONDS,
      registers,
    });
    this.#due = new Gauge({
      name: 'rampwright_control_loop_due_rollouts',
      help: 'Rollouts claimed by the newest sweep.',
      registers,
    });
    this.#lastSweep = new Gauge({
      name: 'rampwright_control_loop_last_sweep_timestamp_seconds',
      help: 'When the loop last asked the database what is due, and got an answer.',
      registers,
    });
  }

  /** Shows what a sweep has claimed. */
  showSweep(due: readonly DueRollout[]): void {
    this.#due.set(due.length);
    this.#lastSweep.set(this.#nowMs() / 1000);
    for (const { lateMs } of due) this.#lags.observe(Math.max(0, lateMs) / 1000);
  }

  /** Starts the watch of a pass. */
  beginPass(): void {
    this.#passBeganMs = this.#nowMs();
  }

  /** Counts a pass by what came of it, and stops its watch. */
  countPass(result: (typeof RESULTS)[number]): void {
    this.#passes.inc({ result });
    if (this.#passBeganMs !== undefined) this.#durations.observe(Math.max(0, this.#nowMs() - this.#passBeganMs) / 1000);
    this.#passBeganMs = undefined;
  }
}
