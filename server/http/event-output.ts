import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';

/** Bytes that may wait for a reader; above it the reader is cut off, and fetches when it comes back. */
const MAX_PENDING_BYTES = 16 * 1024;

/** Takes the response of a stream of server-sent events over from Fastify, with the headers that were set so far. */
export function writeStreamHead(reply: FastifyReply): void {
  reply
    .header('content-type', 'text/event-stream')
    .header('cache-control', 'no-cache, no-transform')
    .header('x-accel-buffering', 'no');
  reply.hijack();
  reply.raw.writeHead(200, reply.getHeaders() as Record<string, string>);
}

/** Writes to a stream, and cuts off a reader who does not take what it was sent. */
export function writeToStream(response: ServerResponse, text: string): void {
  if (response.writableEnded) return;
  if (response.writableLength > MAX_PENDING_BYTES) response.destroy();
  else response.write(text);
}

/** Sends a heartbeat, so that neither the reader nor anything between takes the silence for a dead connection. */
export function beat(response: ServerResponse): void {
  writeToStream(response, ': heartbeat\n\n');
}
