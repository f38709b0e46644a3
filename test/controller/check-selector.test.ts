import { describe, expect, it } from 'vitest';
import { planRollout } from '../../controller/index.ts';
import type { Problem } from '../../domain/index.ts';
import { A_FLAG } from './builders.ts';

/** What planning says of a selector; an empty text when it may be used. */
const said = (field: 'exposures' | 'buckets', selector: string) => {
  const isRate = field === 'exposures';
  const source = {
    kind: 'prometheus',
    variantLabel: 'variant',
    [field]: selector,
    ...(isRate && { events: 'e_total' }),
  };
  const metric = { metric: isRate ? 'errors' : 'latency', source } as never;
  try {
    planRollout(
      { rollout: 'r', flag: 'f', control: 'off', treatments: [{ variant: 'on' }], metrics: [metric] },
      A_FLAG,
    );
    return '';
  } catch (error) {
    expect((error as Problem).violations).toMatchObject([{ path: `/metrics/0/source/${field}` }]);
    return (error as Problem).violations[0]!.message;
  }
};

describe('a selector', () => {
  it.each([
    'http_requests_total',
    ' job:requests:total { } ',
    'http_requests_total{flag="checkout"}',
    'http_requests_total{flag="a \\" } [5m] rate( b", status=~"5..", path!=\'x\', host!~`[a]`, }',
  ])('may be %s', (selector) => {
    expect(said('exposures', selector)).toBe('');
  });

  it.each([
    ['rate(http_requests_total[5m])', /without functions/],
    ['sum by (variant) (http_requests_total)', /without functions/],
    ['http_requests_total[5m]', /range/],
    ['http_requests_total offset 5m', /offset/],
    ['http_requests_total @ 1700000000', /offset/],
    ['http_requests_total{flag="checkout"', /no selector/],
    ['http_requests_total{flag="checkout"}}', /no selector/],
    ['http_requests_total{flag="check"out"}', /no selector/],
    ['{__name__="http_requests_total"}', /no selector/],
    ['a or b', /no selector/],
    ['a{} or {job="b"}', /no selector/],
    ['a / b', /no selector/],
    ['  ', /no selector/],
    ['http_requests_total{variant="on"}', /must not restrict "variant"/],
  ])('may not be %s', (selector, message) => {
    expect(said('exposures', selector)).toMatch(message);
  });

  it('of buckets names all buckets of a histogram', () => {
    expect(said('buckets', 'time_seconds_bucket{flag="f"}')).toBe('');
    expect(said('buckets', 'time_seconds')).toMatch(/"time_seconds_bucket"/);
    expect(said('buckets', 'time_seconds_bucket{le="0.5"}')).toMatch(/"le"/);
  });

  it('is refused quickly however it is written', () => {
    const startMs = performance.now();
    for (const selector of [`a{b="${'\\'.repeat(1900)}`, `a{${'b="",'.repeat(300)}`, `a${' '.repeat(1900)}b`])
      said('exposures', selector);
    expect(performance.now() - startMs).toBeLessThan(500);
  });
});
