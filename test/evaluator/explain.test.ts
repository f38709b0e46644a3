import { describe, expect, it } from 'vitest';
import type { EvaluationContext, RolloutOverlay } from '../../domain/index.ts';
import { compileSnapshot, evaluate, explain } from '../../evaluator/index.ts';
import { Choices } from './fuzz-random.ts';
import { randomWorld, type World } from './fuzz-worlds.ts';
import { anOverlay, NOW_MS, snapshotOf } from './support.ts';

const aFlag = (targeting?: unknown) => ({
  state: 'ENABLED',
  variants: { old: 'o', new: 'n' },
  defaultVariant: 'old',
  ...(targeting === undefined ? {} : { targeting }),
});
const explained = (targeting: unknown, context: EvaluationContext, overlays: readonly RolloutOverlay[] = []) =>
  explain(snapshotOf({ flags: { flag: aFlag(targeting) } }, overlays), 'flag', context, NOW_MS);

describe('An explanation', () => {
  it('answers as evaluate does, for 5000 random definitions in random contexts', () => {
    const choices = new Choices(29);
    for (let index = 0; index < 5_000; index++) {
      const world = randomWorld(choices);
      const snapshot = compiled(world);
      const context = world.context as EvaluationContext;
      const { details, parts } = explain(snapshot, 'flag', context, NOW_MS);
      expect(details).toEqual(evaluate(snapshot, 'flag', context, NOW_MS));
      for (const { value } of parts) expect(value.length).toBeLessThanOrEqual(201);
    }
  });

  it('shows which condition held, and leaves out what was not reached', () => {
    const targeting = {
      if: [{ '==': [{ var: 'plan' }, 'pro'] }, 'new', { ends_with: [{ var: 'email' }, '@example.com'] }, 'new', 'old'],
    };
    const { details, parts } = explained(targeting, { plan: 'pro', email: 'a@example.com' });
    expect(details).toMatchObject({ variant: 'new', reason: 'TARGETING_MATCH' });
    expect(parts).toEqual([
      {
        kind: 'targeting',
        value: '"new"',
        steps: [
          {
            operator: 'if',
            operands: [null, '"new"', null, '"new"', '"old"'],
            value: '"new"',
            steps: [
              {
                operator: '==',
                operands: [null, '"pro"'],
                value: 'true',
                steps: [{ operator: 'var', operands: ['"plan"'], value: '"pro"', steps: [] }],
              },
            ],
          },
        ],
      },
    ]);
  });

  it('shows the bucket of a unit, in a rollout as in a rule of one’s own', () => {
    const { details, parts } = explained(undefined, { targetingKey: 'user-1' }, [anOverlay()]);
    expect(parts.map(({ kind, rollout, value }) => [kind, rollout, value])).toEqual([
      ['unit', 'rollout-1', '"user-1"'],
      ['control', 'rollout-1', 'true'],
      ['choice', 'rollout-1', `"${details.variant}"`],
    ]);
    const { index, count } = parts.at(-1)!.steps[0]!.bucket!;
    expect(count).toBe(100_000);
    expect(index < 50_000 ? 'new' : 'old').toBe(details.variant);

    const own = explained(
      {
        fractional: [
          ['old', 1],
          ['new', 3],
        ],
      },
      { targetingKey: 'user-1' },
    );
    expect(own.parts[0]?.steps[0]?.bucket?.count).toBe(4);
  });

  it('shows where a unit left a rollout: it has no key, is served something else, or is not in the audience', () => {
    const kinds = (...given: Parameters<typeof explained>) => explained(...given).parts.map(({ kind }) => kind);
    const audience = { '==': [{ var: 'country' }, 'DE'] };
    expect(kinds(undefined, {}, [anOverlay()])).toEqual(['unit']);
    expect(kinds({ if: [true, 'new'] }, { targetingKey: 'a' }, [anOverlay()])).toEqual([
      'targeting',
      'unit',
      'control',
    ]);
    expect(kinds(undefined, { targetingKey: 'a', country: 'FR' }, [anOverlay({ audience })])).toEqual([
      'unit',
      'control',
      'audience',
    ]);
  });

  it('keeps 500 steps of a long loop, and says that there were more', () => {
    const targeting = { if: [{ some: [{ var: 'list' }, { '==': [{ var: '' }, 'x'] }] }, 'new', 'old'] };
    const context = { list: Array.from({ length: 2_000 }, (_, index) => `item ${index}`) };
    const { isCut, parts, details } = explained(targeting, context);
    expect(isCut).toBe(true);
    expect(details.variant).toBe('old');
    expect(JSON.stringify(parts).length).toBeLessThan(100_000);
  });

  it('of a flag that does not exist says so, and has no parts', () => {
    expect(explain(snapshotOf({ flags: {} }), 'nothing', {}, NOW_MS)).toMatchObject({
      details: { errorCode: 'FLAG_NOT_FOUND' },
      parts: [],
    });
  });
});

function compiled({ flagSet, rollouts, settings }: World) {
  return compileSnapshot({ environment: 'fuzz', epoch: 1, version: 1, flagSet: flagSet as never, rollouts, settings });
}
