import type { FlagDefinition, ReportRow } from '../../domain/index.ts';

/** A boolean flag that is off unless somebody says otherwise. */
export const aFlag = (changes: Partial<FlagDefinition> = {}): FlagDefinition => ({
  state: 'ENABLED',
  variants: { on: true, off: false },
  defaultVariant: 'off',
  ...changes,
});

/** A rollout of "on" against "off", as a person would send it. */
export const aRollout = (changes: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  rollout: 'new-thing',
  flag: 'thing',
  control: 'off',
  treatments: [{ variant: 'on' }],
  ...changes,
});

/** A report's row for `aRollout`, of a window that ended a moment ago. */
export const aRow = (changes: Partial<ReportRow> = {}): ReportRow => {
  const startMs = Math.floor((Date.now() - 20_000) / 10_000) * 10_000;
  return {
    rollout: 'new-thing',
    generation: 1,
    coverage: 1_000,
    variant: 'off',
    startMs,
    endMs: startMs + 10_000,
    units: 10,
    newUnits: 10,
    requests: 12,
    metrics: {
      errors: { kind: 'rate', exposures: 10, events: 1 },
      latency: { kind: 'duration', exposures: 10, bins: { '20': 10 } },
    },
    ...changes,
  };
};
