import { describe, expect, it } from 'vitest';
import { readEvents } from '../../../dashboards/console/api/read-events.ts';

const TEXT =
  ': heartbeat\n\nevent: decided\ndata: {"rollouts":["zażółć"]}\n\nevent: published\ndata: {"version":3}\n\n';

describe('Server-sent events', () => {
  it.each([1, 2, 7, 1_000])('are read from pieces of %i bytes, comments left out', async (size) => {
    const bytes = new TextEncoder().encode(TEXT);
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
        controller.close();
      },
    });
    const events = [];
    for await (const event of readEvents(body)) events.push(event);
    expect(events).toEqual([
      { event: 'decided', data: '{"rollouts":["zażółć"]}' },
      { event: 'published', data: '{"version":3}' },
    ]);
  });
});
