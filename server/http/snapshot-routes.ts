import { fastifySSE } from '@fastify/sse';
import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import type { PublishedEnvironment } from '../snapshot-publisher.ts';
import { keyScope } from './access.ts';
import type { Dependencies } from './dependencies.ts';
import { isNotModified } from './preconditions.ts';

/** A reader that hears nothing for three of these drops the connection. */
const HEARTBEAT_MS = 5_000;

/** Bytes that may wait for a slow reader besides one snapshot; above it the reader is cut off and comes back for a full snapshot. */
const MAX_PENDING_BYTES = 256 * 1024;

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
        const { etag, json } = await deps.publisher.require(keyScope(request));
        reply.header('etag', etag).header('cache-control', 'no-cache');
        if (isNotModified(request.headers['if-none-match'], etag)) return reply.code(304).send();
        return reply.type('application/json; charset=utf-8').send(json);
      },
    );

    app.get(
      '/snapshot/stream',
      {
        config: access,
        sse: { kind: 'only', heartbeat: false, serializer: (data) => String(data) },
        schema: { summary: 'Server-sent events: snapshot, heartbeat' },
      },
      async (request, reply) => {
        const scope = keyScope(request);
        const first = await deps.publisher.require(scope);
        reply.header('x-accel-buffering', 'no').header('cache-control', 'no-cache, no-transform');
        reply.sse.keepAlive();
        const isCurrent = reply.sse.lastEventId === eventIdOf(first);
        const unsubscribe = deps.publisher.subscribe(scope, (published) => push(reply, published));
        const heartbeat = setInterval(() => beat(reply, deps.publisher.current(scope) ?? first), HEARTBEAT_MS);
        reply.sse.onClose(() => {
          clearInterval(heartbeat);
          unsubscribe();
        });
        const newest = deps.publisher.current(scope) ?? first;
        if (isCurrent && newest === first) beat(reply, newest);
        else push(reply, newest);
      },
    );
  };

function eventIdOf({ snapshot: { environment, epoch, version } }: PublishedEnvironment): string {
  return `${environment}:${epoch}.${version}`;
}

function push(reply: FastifyReply, published: PublishedEnvironment): void {
  write(reply, { id: eventIdOf(published), event: 'snapshot', data: published.json }, published.json.length);
}

function beat(reply: FastifyReply, { snapshot: { version, hash } }: PublishedEnvironment): void {
  write(reply, { event: 'heartbeat', data: JSON.stringify({ version, hash }) }, 0);
}

function write(
  reply: FastifyReply,
  message: { id?: string; event: string; data: string },
  allowanceBytes: number,
): void {
  if (reply.raw.writableLength > MAX_PENDING_BYTES + allowanceBytes) {
    reply.raw.destroy();
    return;
  }
  reply.sse.send(message).catch(() => reply.raw.destroy());
}
