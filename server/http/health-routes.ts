import type { FastifyPluginAsync } from 'fastify';
import type { Dependencies } from './dependencies.ts';

const open = { access: 'public' } as const;

/** Whether the process lives, whether it can do its work, and its figures for Prometheus. None of them names a flag's content. */
export const healthRoutes =
  (deps: Dependencies): FastifyPluginAsync =>
  async (app) => {
    app.get('/livez', { config: open, schema: { summary: 'Is the process alive' } }, async () => ({ status: 'alive' }));

    app.get('/readyz', { config: open, schema: { summary: 'Can it do its work' } }, async (_request, reply) => {
      const because = await deps.notReadyBecause();
      if (because !== null) return reply.code(503).send({ status: 'notReady', because });
      const degraded = deps.degradedBecause();
      return degraded === null ? { status: 'ready' } : { status: 'ready', degraded };
    });

    app.get('/metrics', { config: open, schema: { summary: 'Figures for Prometheus' } }, async (_request, reply) => {
      const text = await deps.telemetry.text();
      return reply.type(deps.telemetry.registry.contentType).send(text);
    });
  };
