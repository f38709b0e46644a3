import type { FastifyInstance } from 'fastify';
import { Counter, Histogram, type Registry } from 'prom-client';
import { type Surface, surfaceOf } from './surface.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a request of the route is counted as. */
    surface?: Surface;
  }
}

/** From a tenth of a millisecond, which an evaluation takes, to ten seconds, which end a request. */
const BUCKETS_SECONDS = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Counts and times the answers to HTTP requests by surface. */
export class RequestTelemetry {
  readonly #requests: Counter<'surface' | 'status'>;
  readonly #durations: Histogram<'surface'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#requests = new Counter({
      name: 'rampwright_http_requests_total',
      help: 'HTTP requests answered, by surface and class of status.',
      labelNames: ['surface', 'status'],
      registers,
    });
    this.#durations = new Histogram({
      name: 'rampwright_http_request_duration_seconds',
      help: 'From the headers of a request to the end of its answer; streams are not timed.',
      labelNames: ['surface'],
      buckets: BUCKETS_SECONDS,
      registers,
    });
  }

  /** Watches all routes that are registered from now on. */
  watch(app: FastifyInstance): void {
    app.addHook('onRoute', (route) => {
      route.config = { ...route.config, surface: surfaceOf(route.url) };
    });
    app.addHook('onResponse', (request, reply, done) => {
      const surface = (request.is404 ? undefined : request.routeOptions.config.surface) ?? 'other';
      this.#requests.inc({ surface, status: `${Math.floor(reply.statusCode / 100)}xx` });
      if (surface !== 'stream') this.#durations.observe({ surface }, reply.elapsedTime / 1000);
      done();
    });
  }
}
