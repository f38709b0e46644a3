import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Counter, Histogram, Registry } from 'prom-client';

/** Edges of the shop's histogram, in seconds. */
export const EDGES = [0.05, 0.1, 0.5];

/** What the shop has counted over all its lives, per variant. */
export interface Counted {
  readonly requests: number;
  readonly errors: number;
  /** Requests up to each edge and beyond the last one, not cumulative. */
  readonly durations: readonly number[];
}

/** An application that counts requests by variant, as an application with prom-client would, and remembers the truth. */
export class CountingShop {
  readonly #port: number;
  readonly #truth: Record<string, { requests: number; errors: number; durations: number[] }> = {};
  #server: Server | undefined;
  #requestsOfLife = 0;
  #requests!: Counter<'variant' | 'status'>;
  #durations!: Histogram<'variant'>;
  #errors!: Counter<'variant'>;

  constructor(port: number) {
    this.#port = port;
  }

  /** Starts a new life: all its counters are gone. */
  async start(): Promise<void> {
    this.#requestsOfLife = 0;
    const registry = new Registry();
    const registers = [registry];
    this.#requests = new Counter({
      name: 'shop_requests_total',
      help: '-',
      labelNames: ['variant', 'status'],
      registers,
    });
    this.#errors = new Counter({ name: 'shop_errors_total', help: '-', labelNames: ['variant'], registers });
    this.#durations = new Histogram({
      name: 'shop_seconds',
      help: '-',
      labelNames: ['variant'],
      buckets: EDGES,
      registers,
    });
    for (const variant of ['on', 'off']) {
      this.#requests.inc({ variant, status: '200' }, 0);
      this.#durations.zero({ variant });
    }
    this.#server = createServer((_, response) => {
      void registry.metrics().then((text) => response.setHeader('content-type', registry.contentType).end(text));
    }).listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  /** Ends this life. */
  async stop(): Promise<void> {
    const server = this.#server!;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  /** Serves a request that takes as many seconds. */
  serve(variant: string, { isError = false, seconds = 0.01 } = {}): void {
    this.#truth[variant] ??= { requests: 0, errors: 0, durations: [0, 0, 0, 0] };
    const truth = this.#truth[variant];
    this.#requestsOfLife += 1;
    truth.requests += 1;
    truth.errors += isError ? 1 : 0;
    const edge = EDGES.findIndex((upper) => seconds <= upper);
    truth.durations[edge === -1 ? EDGES.length : edge]! += 1;
    this.#requests.inc({ variant, status: isError ? '500' : '200' });
    if (isError) this.#errors.inc({ variant });
    this.#durations.observe({ variant }, seconds);
  }

  /** Requests since the last start, which is what its counters show. */
  get requestsOfLife(): number {
    return this.#requestsOfLife;
  }

  /** Everything that was ever served to a variant. */
  counted(variant: string): Counted {
    return this.#truth[variant] ?? { requests: 0, errors: 0, durations: [0, 0, 0, 0] };
  }
}
