import { describe, expect, it } from 'vitest';
import { withBeliefs } from '../../controller/index.ts';
import { aDefinition, aMetric, aRollout, decideAfter, errors, latency, someWindows } from './decide/builders.ts';

const revenue = aMetric({ metric: 'revenue', kind: 'value', goodDirection: 'higher' });
const definition = aDefinition({
  metrics: [errors, latency, revenue, aMetric({ metric: 'seen', role: 'diagnostic' })],
});
const wild = Array.from({ length: 30 }, (_, index) => ({ effect: index % 2 ? 1.5 : -1.2, standardError: 0.1 }));
const tenant = (rollouts: number, effects: object) => ({ tenant: { rollouts, effects, controlRates: {} } });

describe('what a rollout believes at its start', () => {
  it('is what is shipped for a first rollout: its plan is left alone', () => {
    expect(withBeliefs(definition, tenant(0, {}))).toBe(definition);
  });

  it('comes from rollouts before it, for the guardrails of counts whose kind they measured', () => {
    const { metrics } = withBeliefs(definition, tenant(30, { errors: wild }));
    expect(metrics.map(({ metric, prior }) => [metric, prior !== undefined])).toEqual([
      ['errors', true],
      ['latency', false],
      ['revenue', false],
      ['seen', false],
    ]);
    expect(metrics[0]!.prior!.parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it('is fixed in the plan, and finds what was expected sooner without being bolder about what is harmless', () => {
    const believing = withBeliefs(aDefinition(), tenant(30, { errors: wild }));
    const evidenceOf = (plan: typeof believing, bad: number) => {
      const windows = someWindows({
        count: 12,
        variants: { new: { units: 200, errors: bad }, old: { units: 800, errors: 8 } },
      });
      return decideAfter({ ...aRollout(), definition: plan }, windows).assessment.treatments[0]!.combined.log10;
    };
    expect(evidenceOf(believing, 14)).toBeGreaterThan(evidenceOf(aDefinition(), 14));
    expect(evidenceOf(believing, 2)).toBeLessThanOrEqual(0.1);
  });
});
