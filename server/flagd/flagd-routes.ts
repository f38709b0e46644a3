import type { FastifyPluginAsync } from 'fastify';
import { keyScope } from '../http/access.ts';
import type { Dependencies } from '../http/dependencies.ts';
import { isNotModified } from '../http/preconditions.ts';
import { flagdDefinitionOf } from './flagd-definition.ts';

/** What the flagd daemon polls as an HTTP source. The path ends in `.json` because its extension decides the format. */
export const flagdRoutes =
  (deps: Dependencies): FastifyPluginAsync =>
  async (app) => {
    app.get(
      '/flagd/flags.json',
      {
        config: { access: 'evaluate' },
        schema: {
          tags: ['flagd'],
          summary: "The environment of the key as flagd's definition file",
          description:
            'Rollouts are part of the targeting. Send If-None-Match to be answered 304 when nothing changed.',
        },
      },
      async (request, reply) => {
        const { json, etag } = flagdDefinitionOf(await deps.publisher.require(keyScope(request)));
        reply.header('etag', etag).header('cache-control', 'no-cache');
        if (isNotModified(request.headers['if-none-match'], etag)) return reply.code(304).send();
        return reply.type('application/json; charset=utf-8').send(json);
      },
    );
  };
