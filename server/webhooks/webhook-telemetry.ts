import { Counter, Gauge, type Registry } from 'prom-client';
import type { SettledAttempt } from '../../domain/index.ts';

const OUTCOMES = { delivered: 'delivered', pending: 'retried', failed: 'given_up' } as const;

/** What this process tells Prometheus about webhooks. */
export class WebhookTelemetry {
  readonly #attempts: Counter<'outcome'>;
  readonly #oldestPending: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#attempts = new Counter({
      name: 'rampwright_webhook_deliveries_total',
      help: 'Attempts at messages to webhooks: delivered, to be retried, or given up.',
      labelNames: ['outcome'],
      registers,
    });
    this.#oldestPending = new Gauge({
      name: 'rampwright_webhook_oldest_pending_seconds',
      help: 'How long the oldest message that is still to be delivered has been waiting.',
      registers,
    });
    for (const outcome of Object.values(OUTCOMES)) this.#attempts.inc({ outcome }, 0);
  }

  /** Counts an attempt by what became of its message. */
  countAttempt(state: SettledAttempt['state']): void {
    this.#attempts.inc({ outcome: OUTCOMES[state] });
  }

  /** Shows how old the oldest message is; 0 when none waits. */
  showOldestPending(ageMs: number): void {
    this.#oldestPending.set(ageMs / 1000);
  }
}
