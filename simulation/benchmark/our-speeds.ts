import type { Policy } from '../policies/policy.ts';
import { HOLDBACK, ladder, TUNED } from './our-policies.ts';
import { ourPolicy } from './our-policy.ts';

const MINUTE_MS = 60_000;

/** How long each stage is kept, from fast to slow. */
const DWELL_MINUTES = [3, 6, 10, 20, 40, 80];

/** The product's guardrails at several speeds: the same ladder with other dwells, all else as the tuned policy has it. */
export function ourSpeeds(): readonly Policy[] {
  return DWELL_MINUTES.map((minutes, index) =>
    ourPolicy({
      name: `guardrails/speed-${index + 1}`,
      setting: 'tuned',
      settings: {
        ...TUNED,
        stages: ladder({ holdback: HOLDBACK, minutes }),
        burnInMs: Math.min(6, minutes) * MINUTE_MS,
        patienceMs: 6 * minutes * MINUTE_MS,
      },
    }),
  );
}
