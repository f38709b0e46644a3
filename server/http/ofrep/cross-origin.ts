import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SnapshotPublisher } from '../../snapshot-publisher.ts';
import { keyScope } from '../access.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Web pages of the origins that an environment lists may read the answers of this route. */
    isForBrowsers?: boolean;
  }
}

const ALLOWED_HEADERS = 'content-type, authorization, x-api-key, if-none-match, flagd-selector';
const EXPOSED_HEADERS = 'ETag, Retry-After';

/** How long a browser may remember the answer to a preflight, in seconds. */
const PREFLIGHT_MAX_AGE_SECONDS = 600;

/** Tells browsers that a page may read the answer, if the environment of the request's key lists its origin. */
export function answerOrigins(app: FastifyInstance, publisher: SnapshotPublisher): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.apiKey === null || !request.routeOptions.config.isForBrowsers) return done();
    reply.header('vary', 'Origin');
    const { origin } = request.headers;
    if (origin === undefined) return done();
    publisher.require(keyScope(request)).then(({ settings }) => {
      if (allows(settings.corsOrigins, origin)) {
        reply.header('access-control-allow-origin', origin);
        reply.header('access-control-expose-headers', EXPOSED_HEADERS);
      }
      done();
    }, done);
  });
}

/**
 * Answers a preflight. It comes without a key, so it is granted to every origin that any environment lists;
 * the answer that follows decides by the environment of its key.
 */
export function answerPreflight(publisher: SnapshotPublisher, request: FastifyRequest, reply: FastifyReply): void {
  const { origin } = request.headers;
  reply.header('vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers');
  if (origin !== undefined && publisher.some(({ settings }) => allows(settings.corsOrigins, origin))) {
    reply.header('access-control-allow-origin', origin);
    reply.header('access-control-allow-methods', 'GET, POST');
    reply.header('access-control-allow-headers', ALLOWED_HEADERS);
    reply.header('access-control-max-age', PREFLIGHT_MAX_AGE_SECONDS);
  }
  reply.code(204).send();
}

function allows(origins: readonly string[], origin: string): boolean {
  return origins.includes(origin) || origins.includes('*');
}
