import { describe, expect, it } from 'vitest';
import { planJudgement } from '../../../controller/index.ts';
import type { JudgeInput } from '../../../domain/schema/index.ts';
import { violationsOf, windowsOf } from './builders.ts';

const windows = windowsOf({ windows: 3, stable: 0.01, canary: 0.01 });
const prometheus: NonNullable<JudgeInput['prometheus']> = {
  variantLabel: 'version',
  lookbackMs: 600_000,
  selectors: { errors: { exposures: 'all_total', events: 'bad_total' } },
};
const pathsOf = (input: JudgeInput) => violationsOf(input).map(({ path }) => path);

describe('a request', () => {
  it('gets the defaults of a rollout, those of requests where it does not count units', () => {
    const { plan } = planJudgement({ control: 'stable', windows });
    expect(plan).toMatchObject({
      treatments: ['canary'],
      alpha: 0.01,
      nonInferiorityMargin: 0.25,
      minExposures: 100,
      burnInMs: 0,
      shares: null,
      metrics: [{ metric: 'errors', role: 'guardrail', goodDirection: 'lower', margin: 0.1, dispersion: 4 }],
    });
    expect(planJudgement({ control: 'stable', windows, counts: 'units' }).plan.metrics[0]!.dispersion).toBe(1);
    const declared = { control: 'stable', windows, metrics: [{ metric: 'errors', dispersion: 2 }] };
    expect(planJudgement(declared).plan.metrics[0]!.dispersion).toBe(2);
  });

  it('takes the metrics of its selectors', () => {
    const { plan } = planJudgement({ control: 'a', treatments: ['b'], prometheus });
    expect(plan.metrics).toMatchObject([
      { metric: 'errors', source: { kind: 'prometheus', variantLabel: 'version', exposures: 'all_total' } },
    ]);
  });

  it('gives either windows or a Prometheus', () => {
    expect(pathsOf({ control: 'stable', metrics: [{ metric: 'errors' }], treatments: ['canary'] })).toEqual(['']);
    expect(pathsOf({ control: 'stable', treatments: ['canary'], windows, prometheus })).toContain('');
  });

  it('compares several variants, all of them declared once', () => {
    const alone = windows.map(({ variants, ...time }) => ({ ...time, variants: { stable: variants['stable']! } }));
    expect(pathsOf({ control: 'stable', windows: alone })).toEqual(['/treatments']);
    expect(pathsOf({ control: 'stable', windows, treatments: ['canary', 'stable'] })).toEqual(['/treatments']);
    expect(pathsOf({ control: 'stable', windows, treatments: ['other'] })).toEqual([
      '/windows/0/variants/canary',
      '/windows/1/variants/canary',
      '/windows/2/variants/canary',
    ]);
  });

  it('declares every metric that its windows show, with the kind that they have', () => {
    expect(violationsOf({ control: 'stable', windows, metrics: [{ metric: 'latency' }] })[0]).toEqual({
      path: '/windows/0/variants/stable/metrics/errors',
      message: 'is not among the metrics',
    });
    const value = { metric: 'errors', kind: 'value', signal: 'event', role: 'guardrail' } as const;
    expect(violationsOf({ control: 'stable', windows, metrics: [value] })[0]!.message).toBe(
      'is a rate; it is declared as a value',
    );
    expect(pathsOf({ control: 'stable', windows, metrics: [{ metric: 'errors', role: 'diagnostic' }] })).toEqual([
      '/metrics',
    ]);
  });

  it('counts no time twice', () => {
    const [first, second, third] = windows;
    const messages = (list: NonNullable<JudgeInput['windows']>) => violationsOf({ control: 'stable', windows: list });
    expect(messages([third!, first!, second!, first!])).toEqual([
      { path: '/windows/3', message: '[0, 60000) repeats window 1, [0, 60000)' },
    ]);
    expect(messages([first!, { ...second!, startMs: 59_999 }])).toEqual([
      { path: '/windows/1', message: '[59999, 120000) overlaps window 0, [0, 60000)' },
    ]);
    expect(messages([first!, { ...third!, endMs: 9_000_000 }])).toEqual([]);
  });

  it('tells every contradiction in its counts, at its place', () => {
    const shown = { metrics: { errors: { kind: 'rate' as const, exposures: 10, events: 11 } }, units: 5, newUnits: 6 };
    const [first] = windows;
    expect(pathsOf({ control: 'stable', windows: [{ ...first!, variants: { stable: shown, 'a/b': shown } }] })).toEqual(
      ['stable', 'a~1b'].flatMap((variant) => [
        `/windows/0/variants/${variant}/newUnits`,
        `/windows/0/variants/${variant}/metrics/errors/exposures`,
      ]),
    );
    expect(pathsOf({ control: 'stable', windows: [{ ...first!, endMs: 0 }] })).toEqual(['/windows/0/endMs']);
  });

  it('has shares for all variants that are compared, of units, that sum to the whole', () => {
    const input = { control: 'stable', windows, counts: 'units' } as const;
    expect(pathsOf({ ...input, shares: { stable: 50_000, canary: 50_000 } })).toEqual([]);
    expect(pathsOf({ ...input, counts: 'requests', shares: { stable: 50_000, canary: 50_000 } })).toEqual(['/shares']);
    const wrong = violationsOf({ ...input, shares: { stable: 50_000, other: 1 } });
    expect(wrong.map(({ message }) => message)).toEqual([
      '"canary" has none',
      '"other" is not compared',
      'they sum to 50001; they must sum to 100000',
    ]);
  });

  it('asks for no more work than is possible at once', () => {
    const many = windowsOf({ windows: 1_200, stable: 0, canary: 0, exposures: 1 });
    const metrics = Array.from({ length: 9 }, (_, index) => ({ metric: index === 0 ? 'errors' : `errors${index}` }));
    expect(violationsOf({ control: 'stable', windows: many, metrics })[0]!.message).toContain(
      '10800 comparisons; 10000 are possible',
    );
  });
});

describe('a request for Prometheus', () => {
  const ask = (changes: Partial<typeof prometheus>, more: Partial<JudgeInput> = {}): JudgeInput => ({
    control: 'a',
    treatments: ['b'],
    prometheus: { ...prometheus, ...changes },
    ...more,
  });

  it('says since when, in one way', () => {
    const { lookbackMs: _lookbackMs, ...open } = prometheus;
    expect(pathsOf({ control: 'a', treatments: ['b'], prometheus: open })).toEqual(['/prometheus']);
    expect(pathsOf(ask({ from: 5 }))).toEqual(['/prometheus']);
    const planned = planJudgement({
      control: 'a',
      treatments: ['b'],
      prometheus: { ...open, from: '2026-01-01T01:00:00+01:00' },
    });
    expect(planned).toMatchObject({ asked: { fromMs: Date.UTC(2026, 0, 1), stepMs: 60_000, absenceMs: null } });
    for (const from of ['yesterday', '2026-01-01', '2026-01-01T00:00:00', '2026-13-01T00:00:00Z', '']) {
      expect(pathsOf({ control: 'a', treatments: ['b'], prometheus: { ...open, from } }), from).toEqual([
        '/prometheus/from',
      ]);
    }
  });

  it('names the treatments, and selectors for every metric and for no other', () => {
    const { treatments: _treatments, ...unnamed } = ask({});
    expect(pathsOf(unnamed)).toContain('/treatments');
    expect(pathsOf(ask({}, { metrics: [{ metric: 'errors' }, { metric: 'latency' }] }))).toEqual([
      '/prometheus/selectors',
    ]);
    expect(
      pathsOf(
        ask(
          { selectors: { ...prometheus.selectors, latency: { buckets: 'b_bucket' } } },
          { metrics: [{ metric: 'errors' }] },
        ),
      ),
    ).toEqual(['/prometheus/selectors/latency']);
  });

  it('has selectors of raw counters only', () => {
    const selectors = { errors: { exposures: 'sum(rate(a[5m]))', buckets: 'x_bucket' } };
    expect(pathsOf(ask({ selectors }))).toEqual([
      '/prometheus/selectors/errors/events',
      '/prometheus/selectors/errors/buckets',
      '/prometheus/selectors/errors/exposures',
    ]);
  });

  it('cannot count units', () => {
    expect(pathsOf(ask({}, { counts: 'units' }))).toEqual(['/counts']);
    expect(pathsOf(ask({}, { shares: { a: 50_000, b: 50_000 } }))).toEqual(['/shares']);
  });
});
