import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EvaluationContext } from '../../domain/index.ts';
import { evaluate, evaluateAll } from '../../evaluator/index.ts';
import { answerOfFlagd, answerOfOurs, flagdOver } from './flagd.ts';
import { flagdContext, flagdFlagSet } from './flagd-arbitraries.ts';
import { NOW_MS, snapshotOf } from './support.ts';

const SETS = 900;
const CONTEXTS_PER_SET = 8;

describe('flagd-core and we', () => {
  // flagd-core reads the clock during an evaluation; ours is an argument.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: NOW_MS }));
  afterEach(() => void vi.useRealTimers());

  it('answer alike for 28 800 generated pairs of flag and context', () => {
    const seen = { pairs: 0, outcomes: new Map<string, number>(), operators: new Set<string>() };
    const contexts = fc.array(flagdContext, { minLength: CONTEXTS_PER_SET, maxLength: CONTEXTS_PER_SET });
    fc.assert(
      fc.property(flagdFlagSet, contexts, (flagSet, users) => {
        const flagd = flagdOver(flagSet);
        const snapshot = snapshotOf(flagSet);
        for (const [operator] of JSON.stringify(flagSet).matchAll(/(?<=\{")[^"]+(?=":)/g)) seen.operators.add(operator);
        for (const user of users) {
          for (const flagKey of ['f0', 'f1', 'f2', 'f3']) {
            const ours = answerOfOurs(evaluate(snapshot, flagKey, user as EvaluationContext, NOW_MS));
            expect(ours, flagKey).toEqual(answerOfFlagd(flagd, flagKey, user));
            const outcome = String(ours.errorCode ?? ours.reason);
            seen.outcomes.set(outcome, (seen.outcomes.get(outcome) ?? 0) + 1);
            seen.pairs++;
          }
        }
      }),
      { seed: 21, numRuns: SETS },
    );
    expect(seen.pairs).toBe(28_800);
    for (const outcome of ['STATIC', 'DEFAULT', 'TARGETING_MATCH', 'DISABLED', 'PARSE_ERROR', 'GENERAL']) {
      expect(seen.outcomes.get(outcome) ?? 0, outcome).toBeGreaterThan(500);
    }
    for (const operator of OPERATORS) expect(seen.operators, operator).toContain(operator);
  });

  it('answer alike for all flags at once, but for those that flagd-core leaves out', () => {
    fc.assert(
      fc.property(flagdFlagSet, flagdContext, (flagSet, user) => {
        const ours = evaluateAll(snapshotOf(flagSet), user as EvaluationContext, NOW_MS);
        const theirs = flagdOver(flagSet).resolveAll(user as never);
        expect(ours).toHaveLength(4);
        const withValue = ours.filter(({ value }) => value !== undefined);
        expect(withValue.map(({ flagKey, variant }) => [flagKey, variant])).toEqual(
          theirs.map(({ flagKey, variant }) => [flagKey, variant]),
        );
      }),
      { seed: 22, numRuns: 100 },
    );
  });
});

const OPERATORS =
  'var missing missing_some if and or ! !! == != === !== < <= > >= + - * / % max min cat substr in merge map filter reduce all some none starts_with ends_with sem_ver fractional $ref'.split(
    ' ',
  );
