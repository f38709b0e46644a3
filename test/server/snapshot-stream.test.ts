import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { canonicalJson, contentOf } from '../../domain/index.ts';
import { aFlag } from './builders.ts';
import { PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

let server: TestServer;
let headers: Readonly<Record<string, string>>;

beforeAll(async () => {
  server = await startTestServer();
  headers = { authorization: `Bearer ${await server.createKey('evaluate')}` };
});
afterAll(() => server.close());

/** Reads a stream into events until it is stopped. */
async function open(extra: Readonly<Record<string, string>> = {}) {
  const stop = new AbortController();
  const response = await fetch(`${server.url}/api/v1/snapshot/stream`, {
    headers: { ...headers, ...extra },
    signal: stop.signal,
  });
  const events: Record<string, string>[] = [];
  const read = async () => {
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks)
        events.push(
          Object.fromEntries(
            block.split('\n').map((line) => [line.split(': ', 1)[0]!, line.slice(line.indexOf(': ') + 2)]),
          ),
        );
    }
  };
  const ended = read().catch(() => 'aborted');
  return { response, events, stop: () => stop.abort(), ended };
}

it('a snapshot carries a hash of its content, and is not sent again when it is known', async () => {
  const first = await server.call('GET', '/api/v1/snapshot', undefined, headers);
  const { hash } = first.body;
  expect(
    createHash('sha256')
      .update(canonicalJson(contentOf(first.body)))
      .digest('hex'),
  ).toBe(hash);
  const etag = first.headers.get('etag')!;
  expect((await server.call('GET', '/api/v1/snapshot', undefined, { ...headers, 'if-none-match': etag })).status).toBe(
    304,
  );
  expect(
    (await server.call('GET', '/api/v1/snapshot', undefined, { ...headers, 'if-none-match': `"x", W/${etag}` })).status,
  ).toBe(304);
  await server.call('PUT', `${PRODUCTION}/flags/a`, aFlag());
  expect((await server.call('GET', '/api/v1/snapshot', undefined, { ...headers, 'if-none-match': etag })).status).toBe(
    200,
  );
});

it('the stream begins with the newest snapshot and pushes every later one, versions without a gap', async () => {
  const stream = await open();
  expect(stream.response.headers.get('content-type')).toMatch(/text\/event-stream/);
  await expect.poll(() => stream.events.length).toBe(1);
  for (const key of ['b', 'c', 'd']) await server.call('PUT', `${PRODUCTION}/flags/${key}`, aFlag());
  await expect.poll(() => stream.events.length).toBe(4);
  const versions = stream.events.map((event) => JSON.parse(event['data']!).version as number);
  expect(versions).toEqual([versions[0], versions[0]! + 1, versions[0]! + 2, versions[0]! + 3]);
  expect(stream.events.at(-1)).toMatchObject({ event: 'snapshot', id: `production:1.${versions[3]}` });
  stream.stop();

  const known = await open({ 'last-event-id': stream.events.at(-1)!['id']! });
  await expect.poll(() => known.events.length).toBe(1);
  expect(known.events[0]).toMatchObject({ event: 'heartbeat' });
  known.stop();
});

it('a server that closes ends its streams', async () => {
  const other = await startTestServer();
  const key = await other.createKey('evaluate');
  const response = await fetch(`${other.url}/api/v1/snapshot/stream`, { headers: { authorization: `Bearer ${key}` } });
  const reading = response.text().catch(() => 'cut off');
  await other.close();
  expect(await reading).toBeTypeOf('string');
});
