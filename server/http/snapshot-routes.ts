import { fastifySSE } from '@fastify/sse';
import type { FastifyPluginAsync } from 'fastify';
import { keyScope, requireKey } from './access.ts';
import type { Dependencies } from './dependencies.ts';
import { isNotModified } from './preconditions.ts';
import { SnapshotFeed } from './snapshot-feed.ts';

/** A reader that hears nothing for three of these drops the connection. */
const HEARTBEAT_MS = 5_000;

const access = { access: 'evaluate' } as const;

/** Snapshots for readers that evaluate by themselves: pulled with an ETag, pushed as server-sent events. */
export const snapshotRoutes =
  (deps: Dependencies): FastifyPluginAsync =>
  async (app) => {
    await app.register(fastifySSE, { heartbeatInterval: 0 });

    app.get(
      '/snapshot',
      {
        config: access,
        schema: {
          summary: 'The newest snapshot of the environment of the key',
          description: 'Send If-None-Match to be answered 304 when nothing changed.',
        },
      },
      async (request, reply) => {
        const published = await deps.publisher.require(keyScope(request));
        reply.header('etag', published.etag).header('cache-control', 'no-cache');
        if (isNotModified(request.headers['if-none-match'], published.etag)) return reply.code(304).send();
        return reply.type('application/json; charset=utf-8').send(published.json);
      },
    );

    app.get(
      '/snapshot/stream',
      {
        config: access,
        sse: { kind: 'only', heartbeat: false },
        schema: {
          summary: 'Server-sent events: snapshot, delta, heartbeat',
          description: 'Send the id of the last event as Last-Event-ID to be sent only what changed since then.',
        },
      },
      async (request, reply) => {
        const scope = keyScope(request);
        const first = await deps.publisher.require(scope);
        const forget = deps.streams.add(requireKey(request), () => reply.raw.end());
        reply.header('x-accel-buffering', 'no').header('cache-control', 'no-cache, no-transform');
        reply.sse.keepAlive();
        reply.sse.sendHeaders();
        // Events are written as the bytes that all readers share; `reply.sse.send` would format them for each.
        const newest = () => deps.publisher.current(scope) ?? first;
        const feed = new SnapshotFeed(reply.raw, newest, reply.sse.lastEventId);
        const unsubscribe = deps.publisher.subscribe(scope, () => feed.push());
        const heartbeat = setInterval(() => feed.beat(), HEARTBEAT_MS);
        reply.sse.onClose(() => {
          forget();
          clearInterval(heartbeat);
          unsubscribe();
        });
        feed.push();
        feed.beat();
      },
    );
  };
