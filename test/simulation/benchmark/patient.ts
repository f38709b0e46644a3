import type { Policy } from '../../../simulation/policies/policy.ts';

const HOUR_MS = 3_600_000;

/** A tenth of the traffic for two hours; then everybody, unless the treatment had twice the errors of control. */
export const PATIENT: Policy = {
  name: 'patient',
  family: 'peer',
  setting: 'tuned',
  firstCoverage: 10_000,
  start: () => {
    const seen = { treatment: { exposures: 0, errors: 0 }, control: { exposures: 0, errors: 0 } };
    return {
      step: ({ nowMs, windows }) => {
        for (const window of windows) {
          for (const side of ['treatment', 'control'] as const) {
            seen[side].exposures += window[side].exposures;
            seen[side].errors += window[side].errors;
          }
        }
        if (nowMs < 2 * HOUR_MS) return { action: 'hold', reason: 'two hours are not over' };
        const rate = (side: 'treatment' | 'control') => seen[side].errors / seen[side].exposures;
        return rate('treatment') > 2 * rate('control')
          ? { action: 'rollback', reason: 'twice the errors' }
          : { action: 'complete', reason: 'less than twice the errors' };
      },
    };
  },
};
