import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { PATIENCE_MS } from '../services/patience.ts';
import { createDatabase } from '../services/postgres.ts';
import { TcpProxy } from '../services/tcp-proxy.ts';
import { anExport, CONTENT_TYPE, GOLDEN, type GoldenExport, shownBy, startMeasuredRollout } from './otlp-support.ts';
import { startTestServer, type TestServer } from './running-server.ts';

let server: TestServer;
let otherServer: TestServer;
let wire: TcpProxy;
let drop: () => Promise<void>;
let key: string;
let sinceMs: number;

beforeAll(async () => {
  const database = await createDatabase(inject('postgresUrl'));
  drop = database.drop;
  const url = new URL(database.url);
  wire = await TcpProxy.start({ host: url.hostname, port: Number(url.port) });
  url.port = String(wire.port);
  server = await startTestServer({ databaseUrl: database.url });
  otherServer = await startTestServer({ databaseUrl: url.href, adminKey: server.adminKey });
  key = await server.createKey('ingest');
  sinceMs = await startMeasuredRollout(server);
  const reading = { authorization: `Bearer ${await server.createKey('evaluate')}` };
  const published = async () => (await otherServer.call('GET', '/api/v1/snapshot', undefined, reading)).body.rollouts;
  await vi.waitUntil(async () => (await published()).length === 1, { timeout: PATIENCE_MS });
});
afterAll(async () => {
  await Promise.all([server.close(), otherServer.close()]);
  await wire.stop();
  await drop();
});

/** One export; bytes are answered as bytes, JSON as its value. */
async function send(body: object | Uint8Array, headers: Readonly<Record<string, string>> = {}, to = server) {
  const isBytes = body instanceof Uint8Array;
  const response = await fetch(`${to.url}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': CONTENT_TYPE.json, authorization: `Bearer ${key}`, ...headers },
    body: isBytes ? new Uint8Array(body) : JSON.stringify(body),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const contentType = response.headers.get('content-type') ?? '';
  return {
    status: response.status,
    headers: response.headers,
    contentType,
    body: contentType.includes('json') ? JSON.parse(bytes.toString()) : bytes.toString('latin1'),
  };
}

describe('recorded exports', () => {
  it.each(GOLDEN.map((golden, index) => ({ ...golden, index })))(
    'in $encoding, $temporality, $compression count exactly, however often they are sent',
    async ({ index, ...golden }) => {
      const headers = {
        'content-type': CONTENT_TYPE[golden.encoding],
        ...(golden.compression === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
        authorization: '',
        'x-api-key': key,
      };
      const before = [await shownBy(server, 'on'), await shownBy(server, 'off')];
      const [first, second] = golden.bodies.map((body) => moved(golden, body, sinceMs + (index + 1) * 10_000));
      for (const body of [first!, first!, second!, first!]) {
        const answer = await send(body, headers);
        expect(answer).toMatchObject({ status: 200, contentType: expect.stringContaining(headers['content-type']) });
        expect(answer.body).toEqual(golden.encoding === 'json' ? {} : '');
      }
      const after = [await shownBy(server, 'on'), await shownBy(server, 'off')];
      for (const [n, shown] of after.entries()) {
        expect(shown.errors.exposures - before[n]!.errors.exposures).toBe(30);
        expect(shown.errors.events - before[n]!.errors.events).toBe(3);
        expect(shown.latency.exposures - before[n]!.latency.exposures).toBe(8);
      }
    },
  );
});

describe('an export', () => {
  it('of two servers at once, repeated, counts once', async () => {
    const values = Array.from({ length: 10 }, (_, n) => ({
      value: (n + 1) * 5,
      startMs: sinceMs + 1,
      timeMs: sinceMs + 100 + n,
    }));
    const before = (await shownBy(server, 'on')).errors;
    await Promise.all(
      [server, otherServer, server, otherServer].map(async (to) => {
        for (const value of values) expect((await send(anExport([value]), {}, to)).status).toBe(200);
      }),
    );
    const after = (await shownBy(server, 'on')).errors;
    expect(after.exposures - before.exposures).toBe(50);
  });

  it('with points that nobody asks for is accepted, and they are counted as ignored', async () => {
    const answer = await send(anExport([{ instrument: 'other', value: 'NaN', startMs: 1, timeMs: 2 }]));
    expect(answer).toMatchObject({ status: 200, body: {} });
    expect(await pointsBy('ignored')).toBeGreaterThan(0);
  });

  it('is counted by what becomes of its points', async () => {
    const point = { value: 4, startMs: sinceMs + 2, timeMs: sinceMs + 3 };
    const before = await Promise.all(['counted', 'duplicate', 'baseline', 'rejected'].map(pointsBy));
    await send(anExport([point]));
    await send(anExport([point]));
    await send(anExport([{ ...point, startMs: sinceMs - 5_000 }]));
    await send(anExport([{ ...point, value: -1 }]));
    const after = await Promise.all(['counted', 'duplicate', 'baseline', 'rejected'].map(pointsBy));
    expect(after.map((count, index) => count - before[index]!)).toEqual([1, 1, 1, 1]);
  });

  it('that is empty is accepted in both encodings', async () => {
    expect(await send({})).toMatchObject({ status: 200, body: {} });
    expect(await send(Buffer.alloc(0), { 'content-type': CONTENT_TYPE.protobuf })).toMatchObject({
      status: 200,
      body: '',
    });
  });

  it('is told when its interval is longer than the windows', async () => {
    const startMs = sinceMs + 4;
    await send(anExport([{ value: 1, startMs, timeMs: startMs + 1 }]));
    const answer = await send(anExport([{ value: 2, startMs, timeMs: startMs + 61_000 }]));
    expect(answer.body).toEqual({
      partialSuccess: {
        rejectedDataPoints: '0',
        errorMessage: expect.stringContaining('windowMs of at least the export interval'),
      },
    });
  });
});

/** What is sent, as far as tests look into it. */
interface Export {
  readonly resourceMetrics: readonly object[];
}

describe('a point that cannot be counted is refused by name, and nothing else is lost', () => {
  const at = () => ({ startMs: sinceMs + 10, timeMs: sinceMs + 20 });
  const sum = (value: number | string | null, changes?: Readonly<Record<string, unknown>>) =>
    anExport([{ value, ...at() }], changes);
  const point = (changes: object = {}) => {
    const [metric] = sum(1).resourceMetrics[0]!.scopeMetrics[0]!.metrics;
    return { ...metric!.sum.dataPoints[0], ...changes };
  };
  const withData = (data: object): Export => {
    const metrics = [{ name: 'checkout.requests', ...data }];
    return { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] };
  };
  const histogram = (changes: object) =>
    withData({ histogram: { aggregationTemporality: 2, dataPoints: [point(changes)] } });
  const exponential = (changes: object) =>
    withData({ exponentialHistogram: { aggregationTemporality: 2, dataPoints: [point(changes)] } });

  it.each<[string, () => Export, string]>([
    ['a gauge', () => withData({ gauge: { dataPoints: [point()] } }), 'is a gauge'],
    ['a summary', () => withData({ summary: { dataPoints: [point()] } }), 'is a summary'],
    ['a sum that is not monotonic', () => sum(1, { isMonotonic: false }), 'not monotonic'],
    ['a sum without temporality', () => sum(1, { aggregationTemporality: 0 }), 'no aggregation temporality'],
    ['NaN', () => sum('NaN'), 'is NaN'],
    ['infinity', () => sum('Infinity'), 'is infinite'],
    ['a negative value', () => sum(-3), 'is negative'],
    ['half a request', () => sum(0.5), 'no whole number'],
    ['a value beyond 2^53', () => sum(1e300), 'no whole number'],
    ['no recorded value', () => histogram({ flags: 1, count: 0 }), 'no recorded value'],
    ['no value', () => sum(null), 'has no value'],
    ['no time', () => anExport([{ value: 1, startMs: 0, timeMs: 0 }]), 'has no time'],
    [
      'an end before its start',
      () => anExport([{ value: 1, startMs: sinceMs + 9, timeMs: sinceMs + 8 }]),
      'ends before it begins',
    ],
    [
      'a clock that is an hour ahead',
      () => anExport([{ value: 1, startMs: sinceMs, timeMs: sinceMs + 3_600_000 }]),
      'ahead of the database',
    ],
    [
      'a clock that is two days behind',
      () => anExport([{ value: 1, startMs: 1, timeMs: sinceMs - 172_800_000 }]),
      'more than 24 hours old',
    ],
    [
      'buckets that do not add up',
      () => histogram({ count: '9', bucketCounts: ['1', '2'], explicitBounds: [1] }),
      'do not add up',
    ],
    [
      'too few buckets',
      () => histogram({ count: '3', bucketCounts: ['1', '2'], explicitBounds: [1, 2] }),
      'one bucket more',
    ],
    [
      'bounds that fall',
      () => histogram({ count: '3', bucketCounts: ['1', '1', '1'], explicitBounds: [2, 1] }),
      'no rising numbers',
    ],
    [
      'negative durations',
      () => histogram({ count: '1', min: -2, bucketCounts: ['1', '0'], explicitBounds: [1] }),
      'negative values',
    ],
    ['a negative count', () => histogram({ count: '-1' }), 'negative, broken or too large'],
    [
      'negative exponential buckets',
      () => exponential({ count: 1, negative: { bucketCounts: [1] } }),
      'negative values',
    ],
    [
      'half a million buckets',
      () => exponential({ positive: { bucketCounts: Array<number>(500_000).fill(0) } }),
      'more than 1000 buckets',
    ],
    [
      'an absurd scale',
      () => exponential({ count: 1, scale: -2_000_000_000, positive: { bucketCounts: [1] } }),
      'has a scale',
    ],
    [
      'exponential buckets that do not add up',
      () => exponential({ count: 5, zeroCount: 1, positive: { bucketCounts: [1] } }),
      'do not add up',
    ],
  ])('%s', async (what, make, fault) => {
    const before = (await shownBy(server, 'off')).errors;
    // Each good point belongs to a stream of its own, so it counts in full.
    const good = anExport([{ value: 3, variant: 'off', ...at() }], {}, what);
    const resourceMetrics = [make(), good].flatMap((exported) => exported.resourceMetrics);
    const answer = await send({ resourceMetrics });
    expect(answer.status).toBe(200);
    expect(answer.body.partialSuccess).toEqual({
      rejectedDataPoints: '1',
      errorMessage: expect.stringContaining(fault),
    });
    expect(answer.body.partialSuccess.errorMessage).toContain('"checkout.requests"');
    expect((await shownBy(server, 'off')).errors.exposures).toBe(before.exposures + 3);
  });
});

describe('a request that is no good is answered with a status in its own encoding', () => {
  const huge = Buffer.alloc(5 * 1024 * 1024, 0x20);
  const field = (tag: number, bytes: Buffer) => Buffer.concat([Buffer.from([tag]), varint(bytes.length), bytes]);
  const nested = (depth: number): Buffer => {
    let value = Buffer.alloc(0);
    // AnyValue.kvlist_value, KeyValueList.values, KeyValue.value.
    for (let level = 0; level < depth; level++) value = field(0x32, field(0x0a, field(0x12, value)));
    return field(0x0a, field(0x0a, field(0x0a, field(0x12, value))));
  };

  it.each<[string, number, number, Uint8Array, Readonly<Record<string, string>>]>([
    ['no JSON', 400, 3, Buffer.from('{'), {}],
    ['no object', 400, 3, Buffer.from('[]'), {}],
    ['an empty body', 400, 3, Buffer.alloc(0), {}],
    ['a field of another type', 400, 3, Buffer.from('{"resourceMetrics":7}'), {}],
    ['a time that is none', 400, 3, Buffer.from(JSON.stringify(anExport([{ value: 1, startMs: -5, timeMs: 1 }]))), {}],
    ['no gzip', 400, 3, Buffer.from('{}'), { 'content-encoding': 'gzip' }],
    ['half a gzip', 400, 3, gzipSync('{"resourceMetrics":[]}').subarray(0, 12), { 'content-encoding': 'gzip' }],
    ['another packing', 415, 3, Buffer.from('{}'), { 'content-encoding': 'br' }],
    ['another media type', 415, 3, Buffer.from('{}'), { 'content-type': 'text/plain' }],
    ['5 MiB', 413, 3, huge, {}],
    ['a bomb', 413, 3, gzipSync(huge), { 'content-encoding': 'gzip' }],
    ['no key', 401, 16, Buffer.from('{}'), { authorization: '' }],
    ['an unknown key', 401, 16, Buffer.from('{}'), { authorization: 'Bearer nobody' }],
    ['50 000 brackets', 400, 3, Buffer.from('['.repeat(50_000)), {}],
  ])('%s', async (_what, status, code, body, headers) => {
    const answer = await send(body, headers);
    expect(answer.status, JSON.stringify(answer.body)).toBe(status);
    expect(answer.body).toEqual({ code, message: expect.stringMatching(/\S/) });
  });

  it.each<[string, number, number, Uint8Array, Readonly<Record<string, string>>]>([
    ['bytes that are no message', 400, 3, Buffer.from('resourceMetrics'), {}],
    ['half a message', 400, 3, Buffer.from([0x0a, 0x7f, 0x0a]), {}],
    ['a message nested without end', 400, 3, nested(3000), {}],
    ['5 MiB', 413, 3, huge, {}],
    ['no key', 401, 16, Buffer.alloc(0), { authorization: '' }],
  ])('%s in protobuf', async (_what, status, code, body, headers) => {
    const answer = await send(body, { 'content-type': CONTENT_TYPE.protobuf, ...headers });
    expect(answer.status).toBe(status);
    expect(answer.contentType).toContain(CONTENT_TYPE.protobuf);
    // google.rpc.Status: field 1 is the code, field 2 the message.
    expect([answer.body.charCodeAt(0), answer.body.charCodeAt(1), answer.body.charCodeAt(2)]).toEqual([
      0x08,
      code,
      0x12,
    ]);
  });

  it('another media type, told which ones there are', async () => {
    const { body } = await send(Buffer.from('{}'), { 'content-type': 'text/plain' });
    expect(body.message).toBe('Content-Type has to be application/x-protobuf or application/json');
  });

  it('a key with another scope', async () => {
    const evaluating = await server.createKey('evaluate');
    const answer = await send({}, { authorization: `Bearer ${evaluating}` });
    expect(answer).toMatchObject({ status: 403, body: { code: 7, message: expect.stringContaining('ingest') } });
  });
});

it('while the database is away, an export that counts is answered 503 with Retry-After; repeated later it counts once', async () => {
  const point = { value: 8, startMs: sinceMs + 30, timeMs: sinceMs + 40 };
  const before = (await shownBy(server, 'on')).errors;
  wire.cut();
  const away = await send(anExport([point]), {}, otherServer);
  expect(away).toMatchObject({ status: 503, body: { code: 14 } });
  expect(away.headers.get('retry-after')).toBe('2');
  wire.mend();
  await expect.poll(async () => (await send(anExport([point]), {}, otherServer)).status).toBe(200);
  await send(anExport([point]));
  const after = (await shownBy(server, 'on')).errors;
  expect(after.exposures - before.exposures).toBe(8);
});

/** Points of this server so far that had this result. */
async function pointsBy(result: string): Promise<number> {
  const { body } = await server.call('GET', '/metrics');
  const line = new RegExp(`^rampwright_otlp_points_total\\{.*result="${result}".*\\} (\\d+)$`, 'm').exec(body);
  return Number(line?.[1] ?? 0);
}

/** All recorded exports were made within ten seconds after this, ns since 1970. */
const RECORDED_NS = 1_795_564_587_000_000_000n;

/** A recorded body in which everything happens at another time. */
function moved({ encoding, compression }: GoldenExport, body: string, toMs: number): Buffer {
  const packed = Buffer.from(body, 'base64');
  const recorded = compression === 'gzip' ? gunzipSync(packed) : packed;
  const move = (time: bigint) => time - RECORDED_NS + BigInt(toMs) * 1_000_000n;
  if (encoding === 'json') {
    return Buffer.from(recorded.toString().replaceAll(/"(\d{19})"/g, (_, time: string) => `"${move(BigInt(time))}"`));
  }
  const bytes = Buffer.from(recorded);
  for (let at = 0; at + 8 <= bytes.length; at++) {
    const time = bytes.readBigUInt64LE(at);
    if (time < RECORDED_NS || time > RECORDED_NS + 10_000_000_000n) continue;
    bytes.writeBigUInt64LE(move(time), at);
    at += 7;
  }
  return compression === 'gzip' ? gzipSync(bytes) : bytes;
}

/** A length as protobuf writes it. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}
