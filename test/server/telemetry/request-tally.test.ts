import fc from 'fast-check';
import { expect, it } from 'vitest';
import { REQUEST_BUCKETS_SECONDS, RequestTally } from '../../../server/telemetry/request-tally.ts';

it('a tally says of every edge how many answers took no longer', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 20, noNaN: true })), (durations) => {
      const tally = new RequestTally();
      for (const seconds of durations) tally.time(seconds);
      const { cumulative, seconds } = tally.durations();
      for (const [index, edge] of REQUEST_BUCKETS_SECONDS.entries())
        expect(cumulative[index]).toEqual([String(edge), durations.filter((duration) => duration <= edge).length]);
      expect(cumulative.at(-1)).toEqual(['+Inf', durations.length]);
      expect(seconds).toBeCloseTo(durations.reduce((sum, duration) => sum + duration, 0));
    }),
  );
});

it('a tally knows classes of status, and nothing of those that did not come', () => {
  const tally = new RequestTally();
  for (const status of [200, 204, 404, 503]) tally.count(status);
  expect(tally.statuses()).toEqual([
    ['2xx', 2],
    ['4xx', 1],
    ['5xx', 1],
  ]);
});
