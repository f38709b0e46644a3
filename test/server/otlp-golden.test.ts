import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeExport } from '../../server/otlp/metrics-protocol.ts';
import { readExport } from '../../server/otlp/read-export.ts';
import { GOLDEN, type GoldenExport } from './otlp-support.ts';

/** What the recorded process counted for each variant up to the first export, and between both. */
const COUNTED = [
  { requests: 10, errors: 1 },
  { requests: 20, errors: 2 },
];

function pointsOf({ encoding, compression }: GoldenExport, body: string) {
  const bytes = compression === 'gzip' ? gunzipSync(Buffer.from(body, 'base64')) : Buffer.from(body, 'base64');
  return readExport(encoding === 'json' ? JSON.parse(bytes.toString()) : decodeExport(bytes));
}

describe.each(GOLDEN)('exports of the Node SDK in $encoding, $temporality, $compression', (golden) => {
  const exports = golden.bodies.map((body) => pointsOf(golden, body));

  it.each([0, 1])('number %d reads as what was recorded', (n) => {
    const isTotal = golden.temporality === 'cumulative' && n === 1;
    const times = isTotal ? 2 : 1;
    const requests = isTotal ? 30 : COUNTED[n]!.requests;
    const errors = isTotal ? 3 : COUNTED[n]!.errors;
    const shared = {
      resource: new Map([
        ['service.name', 'shop'],
        ['service.instance.id', 'shop-1'],
      ]),
    };
    const usable = { ...shared, temporality: golden.temporality, family: expect.stringContaining('shop-meter') };
    for (const variant of ['off', 'on']) {
      const attributes = new Map([['feature_flag.result.variant', variant]]);
      const points = exports[n]!.filter((point) => point.attributes.get('feature_flag.result.variant') === variant);
      expect(points).toHaveLength(4);
      expect(points).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            ...usable,
            instrument: 'http.server.request.duration',
            unit: 's',
            attributes,
            reading: {
              kind: 'explicit',
              bounds: [0.005, 0.01, 0.1, 1],
              counts: [1, 0, 2, 0, 1].map((count) => count * times),
            },
          }),
          expect.objectContaining({
            ...usable,
            instrument: 'checkout.latency',
            unit: 'ms',
            attributes,
            reading: expect.objectContaining({ kind: 'exponential', zeroCount: times, zeroThreshold: 0 }),
          }),
          expect.objectContaining({
            ...usable,
            instrument: 'checkout.requests',
            attributes,
            reading: { kind: 'sum', value: requests },
          }),
          expect.objectContaining({
            ...usable,
            instrument: 'checkout.errors',
            attributes: new Map([...attributes, ['http.response.status_code', '500']]),
            reading: { kind: 'sum', value: errors },
          }),
        ]),
      );
    }
    expect(exports[n]!.filter((point) => 'fault' in point)).toEqual([
      expect.objectContaining({ instrument: 'checkout.active', fault: expect.stringContaining('not monotonic') }),
      expect.objectContaining({ instrument: 'process.memory', fault: expect.stringContaining('gauge') }),
    ]);
  });

  it('tell when they began and ended', () => {
    for (const [first, second] of exports[0]!.map((point, index) => [point, exports[1]![index]!] as const)) {
      if ('fault' in first || 'fault' in second) continue;
      expect(first.startMs).toBeLessThan(first.timeMs);
      expect(first.timeMs).toBeLessThan(second.timeMs);
      if (golden.temporality === 'cumulative') expect(second.startMs).toBe(first.startMs);
      else expect(second.startMs).toBeGreaterThanOrEqual(first.timeMs);
    }
  });
});

it('both encodings of the same metrics belong to the same streams', () => {
  const familiesOf = (encoding: string) => {
    const golden = GOLDEN.find((each) => each.encoding === encoding && each.temporality === 'cumulative')!;
    return pointsOf(golden, golden.bodies[0]).map((point) => ('fault' in point ? null : point.family));
  };
  expect(familiesOf('json')).toEqual(familiesOf('protobuf'));
});
