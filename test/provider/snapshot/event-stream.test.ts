import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventStreamParser } from '../../../provider/snapshot/event-stream.ts';

function parse(text: string, chunkSizes: readonly number[] = []) {
  const parser = new EventStreamParser(1000);
  const bytes = new TextEncoder().encode(text);
  const events = [];
  let start = 0;
  for (const size of [...chunkSizes, bytes.length]) {
    events.push(...parser.push(bytes.subarray(start, start + size)));
    start += size;
  }
  return { events, retryMs: parser.retryMs };
}

describe('event stream', () => {
  it.each([
    ['an event with its type', 'event: snapshot\ndata: {}\n\n', [{ type: 'snapshot', data: '{}' }]],
    ['no type as "message"', 'data: a\n\n', [{ type: 'message', data: 'a' }]],
    ['data of several lines', 'data: a\ndata:b\ndata\n\n', [{ type: 'message', data: 'a\nb\n' }]],
    ['only the first space after the colon as a separator', 'data:  a\n\n', [{ type: 'message', data: ' a' }]],
    ['comments as nothing', ': ping\n\ndata: a\n: b\n\n', [{ type: 'message', data: 'a' }]],
    ['line ends of all kinds', 'data: a\r\n\r\ndata: b\r\rdata: c\n\n', ['a', 'b', 'c'].map(message)],
    ['no event without data', 'event: snapshot\n\ndata: a\n\n', [message('a')]],
    ['no event before its blank line', 'data: a\n', []],
    ['a byte order mark as nothing', '\u{feff}data: a\n\n', [message('a')]],
    ['unknown fields and ids as nothing', 'id: 7\nfoo: bar\ndata: a\n\n', [message('a')]],
  ])('reads %s', (_name, text, expected) => {
    expect(parse(text).events).toEqual(expected);
  });

  it('keeps the reconnection time and ignores one that is no number', () => {
    expect(parse('retry: 1500\n\nretry: soon\n\n').retryMs).toBe(1500);
  });

  it('reads the same however the bytes are cut, even inside of a character or a line end', () => {
    const text = 'event: größe\r\ndata: 🚀é\r\n\r\n: ping\r\rdata: 二\ndata: 三\n\nretry: 10\r\n\r\ndata: z\r\n\r\n';
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 60 }), (chunkSizes) => {
        expect(parse(text, chunkSizes)).toEqual(parse(text));
      }),
    );
    expect(parse(text).events).toHaveLength(3);
  });

  it('refuses an event beyond the limit, also when it never ends', () => {
    const parser = new EventStreamParser(100);
    const line = new TextEncoder().encode(`data: ${'x'.repeat(60)}\n`);
    parser.push(line);
    expect(() => parser.push(line)).toThrow(RangeError);
  });

  it('takes any number of events and comments that are each below the limit', () => {
    const parser = new EventStreamParser(100);
    const bytes = new TextEncoder().encode(`: ${'c'.repeat(80)}\ndata: ${'x'.repeat(60)}\n\n`);
    for (let count = 0; count < 50; count += 1) expect(parser.push(bytes)).toHaveLength(1);
  });
});

function message(data: string) {
  return { type: 'message', data };
}
