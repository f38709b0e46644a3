import type { FastifyPluginAsync } from 'fastify';
import type { Dependencies } from '../dependencies.ts';
import { BulkBodies } from './bulk-bodies.ts';
import { answerPreflight } from './cross-origin.ts';
import { evaluateBulk } from './evaluate-bulk.ts';
import { evaluateOne } from './evaluate-one.ts';
import { eventRoutes } from './event-routes.ts';
import { sendOfrepFailure } from './ofrep-error.ts';

const BODY_LIMIT_BYTES = 64 * 1024;

/** Memory for bulk answers that may be asked for again. */
const MAX_BULK_BYTES = 64 * 1024 * 1024;

const config = { access: ['evaluate', 'client'], isForBrowsers: true, quota: 'evaluationsPerSecond' } as const;
// The context is read by hand: the protocol has answers of its own for what is wrong with it.
const options = { config, bodyLimit: BODY_LIMIT_BYTES, validatorCompiler: () => () => true };
const schema = {
  tags: ['OFREP'],
  description: 'OpenFeature Remote Evaluation Protocol; the environment is that of the key.',
  body: { description: '{"context": {"targetingKey": "…", …}}' },
};

/** OpenFeature Remote Evaluation Protocol 0.3: single and bulk evaluation, and events. Nothing else shares this scope: it is the hot path. */
export const ofrepRoutes =
  (deps: Dependencies): FastifyPluginAsync =>
  async (app) => {
    const bulk = { ...deps, bodies: new BulkBodies(MAX_BULK_BYTES) };
    // A logger of its own for every request would cost a tenth of a request; failures make one.
    app.setChildLoggerFactory((logger) => logger);
    app.setErrorHandler((error, request, reply) => sendOfrepFailure(error, request, reply));

    app.post<{ Params: { key: string } }>(
      '/ofrep/v1/evaluate/flags/:key',
      { ...options, schema: { ...schema, summary: 'Evaluate one flag' } },
      (request, reply) => evaluateOne(deps, request, reply),
    );
    app.post(
      '/ofrep/v1/evaluate/flags',
      { ...options, schema: { ...schema, summary: 'Evaluate all flags' } },
      (request, reply) => evaluateBulk(bulk, request, reply),
    );
    app.post('/ofrep/v1/evaluate/flags/', { ...options, schema: { ...schema, hide: true } }, (request, reply) =>
      evaluateBulk(bulk, request, reply),
    );
    eventRoutes(app, deps);
    app.options('/ofrep/v1/*', { config: { access: 'public' }, schema: { hide: true } }, (request, reply) =>
      answerPreflight(deps.publisher, request, reply),
    );
  };
