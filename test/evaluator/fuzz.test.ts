import { describe, expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';

describe('20 000 random definitions in random contexts', () => {
  const { inheritedReads, outcomes, slowest } = fuzz(71, 20_000);

  it('give every kind of answer, and never throw', () => {
    for (const outcome of ['STATIC', 'DEFAULT', 'TARGETING_MATCH', 'DISABLED', 'GENERAL', 'PARSE_ERROR']) {
      expect(outcomes.get(outcome) ?? 0).toBeGreaterThan(50);
    }
  });

  it('take no more than 20 ms each: what ran away would take seconds', () => {
    expect(slowest.filter(({ leastMs }) => leastMs >= 20)).toEqual([]);
  });

  it('read nothing that is inherited', () => {
    expect(inheritedReads).toEqual([]);
  });
});
