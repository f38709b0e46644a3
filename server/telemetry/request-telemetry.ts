import type { FastifyInstance } from 'fastify';
import { Counter, Histogram, type MetricType, type Registry } from 'prom-client';
import { REQUEST_BUCKETS_SECONDS, RequestTally } from './request-tally.ts';
import { type Surface, surfaceOf } from './surface.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a request of the route is counted as. */
    surface?: Surface;
  }
}

type Tallies = ReadonlyMap<Surface, RequestTally>;

/** Counts and times the answers to HTTP requests by surface; series are made when somebody asks. */
export class RequestTelemetry {
  readonly #tallies = new Map<Surface, RequestTally>();

  constructor(registry: Registry) {
    const tallies: Tallies = this.#tallies;
    new Counter({
      name: 'rampwright_http_requests_total',
      help: 'HTTP requests answered, by surface and class of status.',
      labelNames: ['surface', 'status'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [surface, tally] of tallies)
          for (const [status, count] of tally.statuses()) this.inc({ surface, status }, count);
      },
    });
    new TalliedHistogram(registry, tallies);
  }

  /** Watches all routes that are registered from now on. */
  watch(app: FastifyInstance): void {
    app.addHook('onRoute', (route) => {
      route.config = { ...route.config, surface: surfaceOf(route.url) };
    });
    app.addHook('onResponse', (request, reply, done) => {
      const surface = (request.is404 ? undefined : request.routeOptions.config.surface) ?? 'other';
      const tally = this.#tallyOf(surface);
      tally.count(reply.statusCode);
      if (surface !== 'stream') tally.time(reply.elapsedTime / 1000);
      done();
    });
  }

  #tallyOf(surface: Surface): RequestTally {
    const known = this.#tallies.get(surface);
    if (known !== undefined) return known;
    const tally = new RequestTally();
    this.#tallies.set(surface, tally);
    return tally;
  }
}

const NAME = 'rampwright_http_request_duration_seconds';
const HELP = 'From the headers of a request to the end of its answer; streams are not timed.';

// The library declares its kinds as an enum, and exports none at run time.
const HISTOGRAM = 'histogram' as unknown as MetricType.Histogram;

/** A histogram whose buckets are those of tallies: observing one by one would cost every request a microsecond. */
class TalliedHistogram extends Histogram<'surface'> {
  readonly #tallies: Tallies;

  constructor(registry: Registry, tallies: Tallies) {
    super({
      name: NAME,
      help: HELP,
      labelNames: ['surface'],
      buckets: [...REQUEST_BUCKETS_SECONDS],
      registers: [registry],
    });
    this.#tallies = tallies;
  }

  override async get() {
    const values = [...this.#tallies].flatMap(([surface, tally]) => {
      const { cumulative, seconds } = tally.durations();
      const count = cumulative.at(-1)![1];
      if (count === 0) return [];
      const value = (part: string, labels: Readonly<Record<string, string>>, number: number) => ({
        metricName: `${NAME}_${part}`,
        labels: { ...labels, surface },
        value: number,
      });
      return [
        ...cumulative.map(([le, number]) => value('bucket', { le }, number)),
        value('sum', {}, seconds),
        value('count', {}, count),
      ];
    });
    return {
      name: NAME,
      help: HELP,
      type: HISTOGRAM,
      aggregator: 'sum' as const,
      collect: () => {},
      values,
    };
  }

  /** What the registry asks in order to write text. */
  getForPromString() {
    return this.get();
  }
}
