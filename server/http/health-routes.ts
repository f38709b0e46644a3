import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyPluginAsync } from 'fastify';
import { Problem } from '../../domain/index.ts';
import type { Dependencies } from './dependencies.ts';

const open = { access: 'public' } as const;

/** Whether the process lives, whether it can do its work, and its figures for Prometheus. None of them names a flag's content. */
export const healthRoutes =
  (deps: Dependencies, metricsToken?: string): FastifyPluginAsync =>
  async (app) => {
    app.get('/livez', { config: open, schema: { summary: 'Is the process alive' } }, async () => ({ status: 'alive' }));

    app.get('/readyz', { config: open, schema: { summary: 'Can it do its work' } }, async (_request, reply) => {
      const because = await deps.notReadyBecause();
      if (because !== null) return reply.code(503).send({ status: 'notReady', because });
      const degraded = deps.degradedBecause();
      return degraded === null ? { status: 'ready' } : { status: 'ready', degraded };
    });

    app.get('/metrics', { config: open, schema: { summary: 'Figures for Prometheus' } }, async (request, reply) => {
      if (metricsToken !== undefined) requireToken(request.headers.authorization, metricsToken);
      const text = await deps.telemetry.text();
      return reply.type(deps.telemetry.registry.contentType).send(text);
    });
  };

/** Problem `unauthenticated` unless a header of the scheme Bearer has the token; compared in the same time whatever it has. */
function requireToken(header: string | undefined, token: string): void {
  const given = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
  const hashOf = (text: string) => createHash('sha256').update(text).digest();
  if (given !== undefined && timingSafeEqual(hashOf(given), hashOf(token))) return;
  throw new Problem('unauthenticated', 'the request does not carry the token that RAMPWRIGHT_METRICS_TOKEN says');
}
