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

/** Share of control while full coverage bakes. */
export const HOLDBACK = 5_000;

const COVERAGES = [1_000, 3_000, 8_000, 20_000, 50_000];

/** 1 → 3 → 8 → 20 → 50 → 95 %, six minutes each, a second look at one half where there is doubt, and then a day: what begins late is seen as well. */
export const UNSETTLED: OurSettings = {
  ...SHIPPED,
  stages: ladder({ holdback: HOLDBACK }),
  burnInMs: 6 * MINUTE_MS,
  alpha: 0.03,
  patienceMs: 24 * MINUTE_MS,
  bakeMs: 1_440 * MINUTE_MS,
  segments: ['market'],
  secondLook: true,
};

/** The same, and revenue that is down within three quarters of an hour of a raise has to stay down. */
export const TUNED: OurSettings = { ...UNSETTLED, metrics: SHIPPED.metrics!.map(settled) };

function settled(metric: NonNullable<OurSettings['metrics']>[number]) {
  return metric.kind === 'value' ? { ...metric, settling: { withinMs: 45 * MINUTE_MS } } : metric;
}

/** Few stages, none of them small: evidence comes soonest at one half, and the second look is the net. */
export function fewStages({ coverages, minutes }: Required<Omit<Ladder, 'holdback'>>): OurSettings {
  return {
    ...TUNED,
    stages: ladder({ holdback: HOLDBACK, coverages, minutes }),
    burnInMs: minutes * MINUTE_MS,
    patienceMs: 2 * minutes * MINUTE_MS,
  };
}

/** 20 → 50 → 95 %, six minutes each. */
export const QUICK = fewStages({ coverages: [20_000, 50_000], minutes: 6 });

interface Ladder {
  readonly holdback: number;
  readonly coverages?: readonly number[];
  readonly minutes?: number;
}

/** Stages of so much coverage, as long as each other, then all but the holdback. */
export function ladder({ holdback, coverages = COVERAGES, minutes = 6 }: Ladder): NonNullable<OurSettings['stages']> {
  return [...coverages, SHARE_TOTAL - holdback].map((coverage) => ({ coverage, dwellMs: minutes * MINUTE_MS }));
}

/** The product's own policies: the schedule without guardrails, the guardrails as shipped and tuned, and what each part is worth. */
export function ourPolicies(): readonly Policy[] {
  return [
    ourPolicy({ name: 'schedule-only', setting: 'shipped', settings: SHIPPED, isBlind: true }),
    ourPolicy({ name: 'guardrails', setting: 'shipped', settings: SHIPPED }),
    ourPolicy({ name: 'guardrails/tuned', setting: 'tuned', settings: TUNED }),
    ourPolicy({ name: 'guardrails/quick', setting: 'tuned', settings: QUICK }),
    ourPolicy({ name: 'guardrails/no-burn-in', setting: 'tuned', settings: { ...TUNED, burnInMs: 0 } }),
    ourPolicy({
      name: 'guardrails/no-holdback',
      setting: 'tuned',
      settings: { ...TUNED, holdback: 0, stages: ladder({ holdback: 0 }) },
    }),
    ourPolicy({ name: 'guardrails/no-second-look', setting: 'tuned', settings: { ...TUNED, secondLook: false } }),
    ourPolicy({ name: 'guardrails/no-settling', setting: 'tuned', settings: UNSETTLED }),
    ourPolicy({ name: 'guardrails/no-gate', setting: 'tuned', settings: withoutGate(TUNED) }),
  ];
}

/** No worsening of a rate or of durations is too much to be called not inferior; means keep their gate, which hangs on their margin. */
function withoutGate(settings: OurSettings): OurSettings {
  return { ...settings, nonInferiorityMargin: 10 };
}
