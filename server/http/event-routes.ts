import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { Problem } from '../../domain/index.ts';
import { NameSchema } from '../../domain/schema/index.ts';
import { DecisionWatch } from '../decision-watch.ts';
import { requireKey } from './access.ts';
import { type Dependencies, knownScope } from './dependencies.ts';
import { beat, writeStreamHead, writeToStream } from './event-output.ts';
import { StreamSlots } from './ofrep/stream-slots.ts';

const HEARTBEAT_MS = 15_000;

/** Streams that one key may have open at a process: tabs of people, not fleets of machines. */
const MAX_STREAMS_PER_KEY = 200;

/** Server-sent events for people who look on: hints about what to read again, never the news itself. */
export const eventRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const slots = new StreamSlots(MAX_STREAMS_PER_KEY);
    const watch = new DecisionWatch(deps.storage.decisions);
    app.get(
      '/environments/:environment/events',
      {
        config: { access: 'admin' },
        exposeHeadRoute: false,
        schema: {
          summary: 'Server-sent events: what has changed in the environment',
          description:
            '"published" with the new version of the environment; "decided" with the rollouts that have a new decision. After a break, read everything again.',
          params: Type.Object({ environment: NameSchema }),
        },
      },
      async (request, reply) => {
        const scope = await knownScope(deps, request, request.params.environment);
        const key = requireKey(request);
        const { keyId } = key;
        const { epoch, version } = (await deps.publisher.require(scope)).snapshot;
        if (reply.raw.destroyed) return reply.hijack();
        const { raw } = reply;
        const forget = deps.streams.add(key, () => raw.end());
        if (!slots.take(keyId)) {
          forget();
          reply.header('retry-after', 30);
          throw new Problem('tooManyStreams', `the key has ${MAX_STREAMS_PER_KEY} streams open here`);
        }
        writeStreamHead(reply);
        const send = (event: string, content: unknown) =>
          writeToStream(raw, `event: ${event}\ndata: ${JSON.stringify(content)}\n\n`);
        const stops = [
          deps.publisher.subscribe(scope, ({ snapshot }) =>
            send('published', { epoch: snapshot.epoch, version: snapshot.version }),
          ),
          forget,
          watch.subscribe(scope, (rollouts) => send('decided', { rollouts })),
        ];
        const heartbeat = setInterval(() => beat(raw), HEARTBEAT_MS);
        raw.on('close', () => {
          clearInterval(heartbeat);
          slots.release(keyId);
          for (const stop of stops) stop();
        });
        send('published', { epoch, version });
        return reply;
      },
    );
  };
