import type { FlagDefinition } from '../domain/index.ts';

/** A flag as large as they commonly are: 325 bytes, three conditions and a split. `on` tells versions of it apart. */
export function aFlag(index: number, on = 50): FlagDefinition {
  const conditions = [
    { in: [{ var: 'country' }, ['de', 'fr', 'pl', 'se', 'es']] },
    { '==': [{ var: 'plan' }, 'pro'] },
    { sem_ver: [{ var: 'version' }, '>=', `2.1.${index % 50}`] },
  ];
  const split = {
    fractional: [
      ['on', on],
      ['off', 100 - on],
    ],
  };
  return {
    state: 'ENABLED',
    variants: { on: true, off: false },
    defaultVariant: 'off',
    targeting: { if: [{ and: conditions }, split, 'off'] },
    metadata: { owner: `team-${index % 20}` },
  };
}

/** The value below which this share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}
