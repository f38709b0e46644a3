import type { Scenario } from '../../simulation/index.ts';

type Base = NonNullable<Scenario['base']>;

/** Worlds unlike those of the calibration in one respect each: the benign scenarios on services that are like this. */
export const SHIFTS: Readonly<
  Record<'traffic' | 'noise' | 'baseRates', { readonly words: string; readonly base: Base }>
> = {
  traffic: {
    words: '120 to 600 requests a minute, where there had been 600 to 20 000 or 5 to 120',
    base: { requestsPerMinute: { logUniform: [120, 600] } },
  },
  noise: {
    words:
      'error rates of each side that wander by 10 to 20 % from minute to minute, not by up to 5 %, and bursts by user twice as strong',
    base: { armNoise: { uniform: [0.1, 0.2] }, userCorrelation: { uniform: [0.05, 0.1] } },
  },
  baseRates: {
    words: 'one to five requests of a hundred fail, not up to one, and 3 to 10 are slow',
    base: { errorRate: { logUniform: [0.01, 0.05] }, slowRate: { logUniform: [0.03, 0.1] } },
  },
};

/** The scenarios on services of a shift; what the shift says counts more than what a scenario says. */
export function shifted(scenarios: readonly Scenario[], { base }: { readonly base: Base }): readonly Scenario[] {
  return scenarios.map((scenario) => ({ ...scenario, base: { ...scenario.base, ...base } }));
}
