import { SHARE_TOTAL } from '../../domain/index.ts';
import type { Policy } from '../policies/policy.ts';
import { type OurSettings, ourPolicy } from './our-policy.ts';

const MINUTE_MS = 60_000;

/** Worlds count requests, and one user's bad minute makes several events: so many times the variance, about what the worlds have. */
const DISPERSION = 1.5;

/** Errors and latency as a person gets them who says nothing, and business, which everybody has to declare. */
const SHIPPED: OurSettings = {
  metrics: [
    { metric: 'errors', dispersion: DISPERSION },
    { metric: 'latency', dispersion: DISPERSION },
    { metric: 'revenue', kind: 'value', role: 'guardrail', goodDirection: 'higher' },
  ],
};

const HOLDBACK = 5_000;

/** 1 → 3 → 8 → 20 → 50 → 95 %, a few minutes each. */
const TUNED: OurSettings = {
  ...SHIPPED,
  stages: ladder([1_000, 3_000, 8_000, 20_000, 50_000], HOLDBACK),
  burnInMs: 6 * MINUTE_MS,
  alpha: 0.02,
  patienceMs: 60 * MINUTE_MS,
  segments: ['market'],
};

function ladder(coverages: readonly number[], holdback: number): NonNullable<OurSettings['stages']> {
  return [...coverages, SHARE_TOTAL - holdback].map((coverage) => ({ coverage, dwellMs: 10 * MINUTE_MS }));
}

/** The product's own policies: the schedule without guardrails, the guardrails as shipped and tuned, and what each part is worth. */
export function ourPolicies(): readonly Policy[] {
  return [
    ourPolicy({ name: 'schedule-only', setting: 'shipped', settings: SHIPPED, isBlind: true }),
    ourPolicy({ name: 'guardrails', setting: 'shipped', settings: SHIPPED }),
    ourPolicy({ name: 'guardrails/tuned', setting: 'tuned', settings: TUNED }),
    ourPolicy({ name: 'guardrails/no-burn-in', setting: 'tuned', settings: { ...TUNED, burnInMs: 0 } }),
    ourPolicy({
      name: 'guardrails/no-holdback',
      setting: 'tuned',
      settings: { ...TUNED, holdback: 0, stages: ladder([1_000, 3_000, 8_000, 20_000, 50_000], 0) },
    }),
    ourPolicy({ name: 'guardrails/no-gate', setting: 'tuned', settings: withoutGate(TUNED) }),
  ];
}

/** No worsening of a rate or of durations is too much to be called not inferior; means keep their gate, which hangs on their margin. */
function withoutGate(settings: OurSettings): OurSettings {
  return { ...settings, nonInferiorityMargin: 10 };
}
