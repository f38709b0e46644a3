import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../../../domain/index.ts';
import { keyScope, requireKey } from '../access.ts';
import type { Dependencies } from '../dependencies.ts';
import { writeStreamHead } from '../event-output.ts';
import { streamEvents, versionOf } from './event-stream.ts';
import { StreamSlots } from './stream-slots.ts';

/** Path of the event stream. */
export const EVENTS_PATH = '/ofrep/v1/events';

const HEARTBEAT_MS = 20_000;

/** Streams that one key may have open at a process: the browsers of one application, for as long as memory is no matter. */
const MAX_STREAMS_PER_KEY = 10_000;

/** Server-sent events that tell clients when to fetch their flags again; opened with the ticket of a bulk answer. */
export function eventRoutes(app: FastifyInstance, deps: Dependencies): void {
  const slots = new StreamSlots(MAX_STREAMS_PER_KEY);
  app.get(
    EVENTS_PATH,
    {
      config: { access: 'ticket', isForBrowsers: true },
      exposeHeadRoute: false,
      schema: {
        tags: ['OFREP'],
        summary: 'Server-sent events: refetchEvaluation',
        description: 'The complete address, with a short-lived ticket, is in "eventStreams" of a bulk evaluation.',
      },
    },
    async (request, reply) => {
      const scope = keyScope(request);
      const key = requireKey(request);
      const { keyId } = key;
      await deps.publisher.require(scope);
      if (reply.raw.destroyed) return reply.hijack();
      const forget = deps.streams.add(key, () => reply.raw.end());
      if (!slots.take(keyId)) {
        forget();
        reply.header('retry-after', 30);
        throw new Problem('tooManyStreams', `the key has ${MAX_STREAMS_PER_KEY} streams open here`);
      }
      reply.raw.on('close', () => {
        forget();
        slots.release(keyId);
      });
      writeStreamHead(reply);
      streamEvents(reply.raw, {
        scope,
        publisher: deps.publisher,
        known: knownVersion(request),
        heartbeatMs: HEARTBEAT_MS,
        nowMs: deps.clock.nowMs,
      });
      return reply;
    },
  );
}

/** What the reader has seen: on this stream before it broke, else in the answer that named the stream. */
function knownVersion({ headers, query }: FastifyRequest): ReturnType<typeof versionOf> {
  return versionOf(headers['last-event-id']) ?? versionOf((query as { readonly since?: unknown }).since);
}
