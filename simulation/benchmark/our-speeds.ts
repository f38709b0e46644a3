import type { Policy } from '../policies/policy.ts';
import { ourPolicy } from './our-policy.ts';

const MINUTE_MS = 60_000;

/** How long each stage is kept, from fast to slow. */
const DWELL_MINUTES = [3, 6, 10, 20, 40, 80];

const COVERAGES = [1_000, 3_000, 8_000, 20_000, 50_000, 95_000];

/** The product's guardrails at several speeds: the same ladder with other dwells, all else as the tuned policy has it. */
export function ourSpeeds(): readonly Policy[] {
  return DWELL_MINUTES.map((minutes, index) =>
    ourPolicy({
      name: `guardrails/speed-${index + 1}`,
      setting: 'tuned',
      settings: {
        metrics: [
          { metric: 'errors' },
          { metric: 'latency' },
          { metric: 'revenue', kind: 'value', role: 'guardrail', goodDirection: 'higher' },
        ],
        stages: COVERAGES.map((coverage) => ({ coverage, dwellMs: minutes * MINUTE_MS })),
        burnInMs: Math.min(6, minutes) * MINUTE_MS,
        alpha: 0.02,
        segments: ['market'],
      },
    }),
  );
}
