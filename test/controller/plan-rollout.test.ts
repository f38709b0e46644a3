import { describe, expect, it } from 'vitest';
import { planRollout } from '../../controller/index.ts';
import { Problem, SHARE_TOTAL } from '../../domain/index.ts';
import { A_FLAG } from './builders.ts';

const plan = (changes: Readonly<Record<string, unknown>> = {}) =>
  planRollout({ rollout: 'r', flag: 'f', control: 'off', treatments: [{ variant: 'on' }], ...changes }, A_FLAG);

/** Paths of the violations of a plan that must be refused. */
function refused(changes: Readonly<Record<string, unknown>>): readonly string[] {
  try {
    plan(changes);
  } catch (error) {
    expect(error).toBeInstanceOf(Problem);
    return (error as Problem).violations.map((violation) => violation.path);
  }
  throw new Error('it was accepted');
}

describe('a plan', () => {
  it('fills in defaults that are safe: slow stages, a holdback, errors and latency as guardrails', () => {
    expect(plan()).toMatchObject({
      bucketBy: 'targetingKey',
      salt: 'f/r/',
      holdback: 5_000,
      alpha: 0.01,
      riskBudget: null,
      metrics: [
        { metric: 'errors', kind: 'rate', signal: 'error', role: 'guardrail', goodDirection: 'lower' },
        {
          metric: 'latency',
          kind: 'duration',
          signal: 'latency',
          role: 'guardrail',
          goodDirection: 'lower',
          unit: 'ms',
        },
      ],
    });
    expect(plan({ holdback: 60_000 }).stages.map((stage) => stage.coverage)).toEqual([1_000, 5_000, 20_000, 40_000]);
  });

  it('takes any other metric for an event that is only watched', () => {
    const metrics = [
      { metric: 'errors' },
      { metric: 'purchase' },
      { metric: 'revenue', kind: 'value', role: 'objective' },
    ];
    expect(plan({ metrics }).metrics.slice(1)).toMatchObject([
      { kind: 'rate', signal: 'event', role: 'diagnostic', goodDirection: 'higher' },
      { kind: 'value', signal: 'event', role: 'objective' },
    ]);
  });

  it('leaves the risk model out unless it is asked for, and decides once what it looks at: the first guardrail of each kind', () => {
    expect(plan()).toMatchObject({
      riskModel: 'off',
      beyondHalf: 'evidence',
      riskGroups: { errors: 'errors', slow: 'latency', business: null },
    });
    const guardrail = { role: 'guardrail' };
    const metrics = [
      { metric: 'watched', kind: 'value' },
      { metric: 'slow', goodDirection: 'lower', ...guardrail },
      { metric: 'refunds', goodDirection: 'lower', ...guardrail },
      { metric: 'sales', kind: 'value', ...guardrail },
      { metric: 'signups', ...guardrail },
    ];
    expect(plan({ metrics }).riskGroups).toEqual({ errors: null, slow: 'slow', business: 'sales' });
    expect(plan({ riskModel: 'rollback', beyondHalf: 'evidence-or-model' })).toMatchObject({
      riskModel: 'rollback',
      beyondHalf: 'evidence-or-model',
    });
  });

  it('divides equally between treatments, to the last bucket', () => {
    const three = planRollout(
      {
        rollout: 'r',
        flag: 'f',
        control: 'off',
        treatments: [{ variant: 'on' }, { variant: 'other' }, { variant: 'third' }],
      },
      { ...A_FLAG, variants: { ...A_FLAG.variants, third: 3 } },
    );
    expect(three.treatments.map((treatment) => treatment.split)).toEqual([33_334, 33_333, 33_333]);
    expect(three.treatments.reduce((sum, { split }) => sum + split, 0)).toBe(SHARE_TOTAL);
  });

  it.each([
    [
      'splits given to some only',
      { treatments: [{ variant: 'on', split: 100_000 }, { variant: 'other' }] },
      '/treatments',
    ],
    ['a treatment twice', { treatments: [{ variant: 'on' }, { variant: 'on' }] }, '/treatments/1/variant'],
    ['a variant called like a prototype', { treatments: [{ variant: 'constructor' }] }, '/treatments/0/variant'],
    [
      'a first stage of nobody',
      {
        stages: [
          { coverage: 0, dwellMs: 1 },
          { coverage: 95_000, dwellMs: 1 },
        ],
      },
      '/stages/0/coverage',
    ],
    ['a last stage that leaves no holdback', { stages: [{ coverage: 100_000, dwellMs: 1 }] }, '/stages/0/coverage'],
    ['a metric twice', { metrics: [{ metric: 'errors' }, { metric: 'errors' }] }, '/metrics/1/metric'],
    ['an error as a duration', { metrics: [{ metric: 'errors', kind: 'duration' }] }, '/metrics/0/kind'],
    [
      'an event as a duration',
      { metrics: [{ metric: 'errors' }, { metric: 'x', kind: 'duration' }] },
      '/metrics/1/kind',
    ],
    ['a latency as a rate', { metrics: [{ metric: 'latency', kind: 'rate' }] }, '/metrics/0/kind'],
    [
      'a covariate for a rate',
      { metrics: [{ metric: 'errors', covariate: { coefficient: 1, mean: 2 } }] },
      '/metrics/0/covariate',
    ],
    [
      'a rate that settles',
      { metrics: [{ metric: 'errors', settling: { withinMs: 3_600_000 } }] },
      '/metrics/0/settling',
    ],
    [
      'a settling of no more than the margin',
      {
        metrics: [
          { metric: 'revenue', kind: 'value', role: 'guardrail', settling: { withinMs: 3_600_000, upTo: 0.01 } },
        ],
      },
      '/metrics/0/settling/upTo',
    ],
    [
      'a value from Prometheus, whose counters hold no squares',
      {
        metrics: [
          { metric: 'revenue', kind: 'value', role: 'guardrail', source: { kind: 'prometheus', variantLabel: 'v' } },
        ],
      },
      '/metrics/0/source/kind',
    ],
    [
      'a rate from Prometheus without its events',
      {
        metrics: [{ metric: 'errors', source: { kind: 'prometheus', variantLabel: 'v', exposures: 'requests_total' } }],
      },
      '/metrics/0/source/events',
    ],
    [
      'a rate from OTLP with a histogram of durations',
      {
        metrics: [
          {
            metric: 'errors',
            source: {
              kind: 'otlp',
              variantAttribute: 'v',
              exposures: { instrument: 'requests' },
              events: { instrument: 'failures' },
              durations: { instrument: 'latency' },
            },
          },
        ],
      },
      '/metrics/0/source/durations',
    ],
    [
      'a duration that is better when higher',
      { metrics: [{ metric: 'latency', goodDirection: 'higher' }] },
      '/metrics/0/goodDirection',
    ],
    ['no guardrail', { metrics: [{ metric: 'x' }] }, '/metrics'],
    ['a shortest dwell that nothing would make use of', { shortestDwellMs: 60_000 }, '/shortestDwellMs'],
    [
      'a shortest dwell that no stage is longer than',
      { shortestDwellMs: 1_800_000, riskModel: 'hold' },
      '/shortestDwellMs',
    ],
    [
      'a second look at units that are divided anew',
      { secondLook: true, allocation: { policy: 'adaptive', objectives: [{ metric: 'errors' }] } },
      '/secondLook',
    ],
    ['a budget in a metric that is not there', { riskBudget: { metric: 'x', badEvents: 1 } }, '/riskBudget/metric'],
  ])('with %s is refused', (_name, changes, path) => {
    expect(refused(changes)).toContain(path);
  });

  it('names all mistakes at once', () => {
    expect(refused({ control: 'nope', treatments: [{ variant: 'nope2' }], metrics: [{ metric: 'x' }] })).toEqual([
      '/control',
      '/treatments/0/variant',
      '/metrics',
    ]);
  });
});
