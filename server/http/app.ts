import { randomUUID } from 'node:crypto';
import swagger from '@fastify/swagger';
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyInstance, type FastifyRequest, LogController } from 'fastify';
import { Problem } from '../../domain/index.ts';
import { ProblemSchema } from '../../domain/schema/index.ts';
import { flagdRoutes } from '../flagd/flagd-routes.ts';
import { otlpRoutes } from '../otlp/otlp-routes.ts';
import { requireKeys } from './access.ts';
import { auditRoutes } from './audit-routes.ts';
import { consoleRoutes } from './console-routes.ts';
import { decisionRoutes } from './decision-routes.ts';
import type { Dependencies } from './dependencies.ts';
import { environmentRoutes } from './environment-routes.ts';
import { evaluatorRoutes } from './evaluator-routes.ts';
import { eventRoutes } from './event-routes.ts';
import { flagRoutes } from './flag-routes.ts';
import { flagTrialRoutes } from './flag-trial-routes.ts';
import { healthRoutes } from './health-routes.ts';
import { acceptJsonBodies } from './json-body.ts';
import { judgeRoutes } from './judge-routes.ts';
import { keyRoutes } from './key-routes.ts';
import { labelRoutes } from './label-routes.ts';
import { modelReviewRoutes } from './model-review-routes.ts';
import { modelRoutes } from './model-routes.ts';
import { answerOrigins } from './ofrep/cross-origin.ts';
import { ofrepRoutes } from './ofrep/ofrep-routes.ts';
import { holderOfTicket } from './ofrep/stream-ticket.ts';
import { oidcRoutes } from './oidc-routes.ts';
import { sendProblem } from './problem-response.ts';
import { limitTenants } from './quota-limit.ts';
import { quotaRoutes } from './quota-routes.ts';
import { limitRates } from './rate-limit.ts';
import { reportRoutes } from './report-routes.ts';
import { restrictionRoutes } from './restriction-routes.ts';
import { rolloutRoutes } from './rollout-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { settingsRoutes } from './settings-routes.ts';
import { snapshotRoutes } from './snapshot-routes.ts';
import { sourceRoutes } from './source-routes.ts';
import { tenantRoutes } from './tenant-routes.ts';
import { trainingRunRoutes } from './training-run-routes.ts';
import { userRoutes } from './user-routes.ts';
import { verbRoutes } from './verb-routes.ts';
import { voteRoutes } from './vote-routes.ts';
import { webhookRoutes } from './webhook-routes.ts';

const BODY_LIMIT_BYTES = 1024 * 1024;
const REQUEST_TIMEOUT_MS = 10_000;
const MAX_PARAMETER_LENGTH = 1024;

/** Paths whose every request would only fill the log. */
const QUIET = /^\/(ofrep|console|livez|readyz|metrics|v1\/metrics|api\/v1\/(reports|snapshot|flagd))/;

/** The HTTP server with all its routes, not listening yet. */
export async function createApp(
  deps: Dependencies,
  options: { readonly logLevel: string; readonly metricsToken?: string },
): Promise<FastifyInstance> {
  const app = Fastify({
    logger: options.logLevel === 'silent' ? false : { level: options.logLevel, serializers: { req: loggedRequest } },
    logController: new LogController({ disableRequestLogging: (request) => QUIET.test(request.url) }),
    genReqId: () => randomUUID(),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    // Streams stay open for ever; without this, closing would wait for them.
    forceCloseConnections: true,
  })
    .setValidatorCompiler(TypeBoxValidatorCompiler)
    .withTypeProvider<TypeBoxTypeProvider>();
  app.server.headersTimeout = REQUEST_TIMEOUT_MS;

  acceptJsonBodies(app);
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler((request, reply) =>
    sendProblem(new Problem('routeNotFound', `${request.method} ${pathOf(request.url)}`), request, reply),
  );
  deps.telemetry.requests.watch(app);
  requireKeys(app, {
    authenticator: deps.authenticator,
    sessions: deps.sessions,
    holderOf: (ticket) => holderOfTicket(ticket, deps),
  });
  answerOrigins(app, deps.publisher);
  limitRates(app, deps.rateLimiter);
  limitTenants(app, deps.quotas, deps.clock);

  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Rampwright',
        version: '1',
        description: 'Feature flags that roll themselves out. Errors are problem documents (RFC 9457) with a "fix".',
      },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
      security: [{ key: [] }],
    },
  });
  // Which scopes open it, and that every answer that is not a success has the same form: said of each route in the
  // document, not in the code.
  app.addHook('onRoute', (route) => {
    if (route.method === 'HEAD') return;
    const { access = 'public' } = route.config ?? {};
    // Scopes are the roles that OpenAPI 3.1 lets a requirement name.
    const security = access === 'public' || access === 'ticket' ? [] : [{ key: [access].flat() }];
    route.schema = { ...route.schema, security };
    if (!route.url.startsWith('/api/')) return;
    route.schema = { ...route.schema, response: { ...(route.schema.response as object), '4xx': ProblemSchema } };
  });
  await app.register(ofrepRoutes(deps));
  await app.register(otlpRoutes(deps));
  await app.register(healthRoutes(deps, options.metricsToken));
  await app.register(snapshotRoutes(deps), { prefix: '/api/v1' });
  await app.register(flagdRoutes(deps), { prefix: '/api/v1' });
  await app.register(reportRoutes(deps), { prefix: '/api/v1' });
  await app.register(tenantRoutes(deps), { prefix: '/api/v1' });
  await app.register(quotaRoutes(deps), { prefix: '/api/v1' });
  await app.register(environmentRoutes(deps), { prefix: '/api/v1' });
  await app.register(sessionRoutes(deps), { prefix: '/api/v1' });
  await app.register(oidcRoutes(deps), { prefix: '/api/v1' });
  await app.register(userRoutes(deps), { prefix: '/api/v1' });
  await app.register(keyRoutes(deps), { prefix: '/api/v1' });
  await app.register(settingsRoutes(deps), { prefix: '/api/v1' });
  await app.register(flagRoutes(deps), { prefix: '/api/v1' });
  await app.register(flagTrialRoutes(deps), { prefix: '/api/v1' });
  await app.register(evaluatorRoutes(deps), { prefix: '/api/v1' });
  await app.register(rolloutRoutes(deps), { prefix: '/api/v1' });
  await app.register(verbRoutes(deps), { prefix: '/api/v1' });
  await app.register(voteRoutes(deps), { prefix: '/api/v1' });
  await app.register(restrictionRoutes(deps), { prefix: '/api/v1' });
  await app.register(decisionRoutes(deps), { prefix: '/api/v1' });
  await app.register(eventRoutes(deps), { prefix: '/api/v1' });
  await app.register(sourceRoutes(deps), { prefix: '/api/v1' });
  await app.register(judgeRoutes(deps), { prefix: '/api/v1' });
  await app.register(auditRoutes(deps), { prefix: '/api/v1' });
  await app.register(labelRoutes(deps), { prefix: '/api/v1' });
  await app.register(modelRoutes(deps), { prefix: '/api/v1' });
  await app.register(modelReviewRoutes(deps), { prefix: '/api/v1' });
  await app.register(trainingRunRoutes(deps), { prefix: '/api/v1' });
  await app.register(webhookRoutes(deps), { prefix: '/api/v1' });
  await app.register(consoleRoutes);
  app.get('/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, async () => app.swagger());
  return app;
}

/** What the log keeps of a request: no query, which may hold a ticket. */
function loggedRequest({ method, url, host, ip }: FastifyRequest) {
  return { method, url: pathOf(url), host, remoteAddress: ip };
}

/** The path without its query, which may hold what does not belong into an answer. */
function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url;
}
