import { describe, expect, it } from 'vitest';
import { moveFor, type PlainVerb, planRollout, type SteeringWish, steeringMove } from '../../controller/index.ts';
import { type Admission, type Problem, type Rollout, SHARE_TOTAL } from '../../domain/index.ts';
import type { RolloutInput } from '../../domain/schema/index.ts';
import { A_FLAG } from './builders.ts';

const TREATMENTS = [{ variant: 'on' }, { variant: 'other' }];
const METRICS = [{ metric: 'errors' }, { metric: 'sales', role: 'objective' }, { metric: 'latency' }] as const;

const plan = (changes: Partial<RolloutInput> = {}) =>
  planRollout(
    {
      rollout: 'r',
      flag: 'f',
      control: 'off',
      treatments: TREATMENTS,
      metrics: [...METRICS],
      allocation: { policy: 'adaptive' },
      ...changes,
    },
    A_FLAG,
  );

function refused(changes: Partial<RolloutInput>): readonly string[] {
  try {
    plan(changes);
  } catch (error) {
    return (error as Problem).violations.map(({ path }) => path);
  }
  throw new Error('it was accepted');
}

describe('A plan with adaptive allocation', () => {
  it('takes the objectives among the metrics, floors and limits, and keeps a tenth in control', () => {
    const { allocation, holdback, stages } = plan();
    expect(allocation).toEqual({
      policy: 'adaptive',
      objectives: [{ metric: 'sales', importance: 1 }],
      floor: 5_000,
      maxMove: 10_000,
      epochMs: 900_000,
      minUnits: 100,
      alpha: 0.05,
      onBest: 'winnerTakesNew',
    });
    expect([holdback, stages.at(-1)!.coverage]).toEqual([10_000, 90_000]);
    expect(plan({ allocation: { policy: 'fixed' } }).holdback).toBe(5_000);
  });

  it('says nothing where nobody asked', () => {
    const { allocation: _, ...input } = {
      allocation: 0,
      rollout: 'r',
      flag: 'f',
      control: 'off',
      treatments: TREATMENTS,
    };
    expect(planRollout(input, A_FLAG)).not.toHaveProperty('allocation');
  });

  it('is refused where there is nothing to choose or to choose by, and where floors or control would not hold', () => {
    const adaptive = (more: Partial<NonNullable<RolloutInput['allocation']>>) => ({
      allocation: { policy: 'adaptive' as const, ...more },
    });
    expect(refused({ treatments: [{ variant: 'on' }] })).toEqual(['/treatments']);
    expect(refused({ metrics: [{ metric: 'errors' }] })).toEqual(['/allocation/objectives']);
    expect(refused(adaptive({ objectives: [{ metric: 'nope' }] }))).toEqual(['/allocation/objectives/0/metric']);
    expect(refused(adaptive({ objectives: [{ metric: 'latency' }] }))).toEqual(['/allocation/objectives/0/metric']);
    expect(refused(adaptive({ objectives: [{ metric: 'sales' }, { metric: 'sales' }] }))).toEqual([
      '/allocation/objectives/1/metric',
    ]);
    expect(
      refused({
        treatments: [
          { variant: 'on', split: 98_000 },
          { variant: 'other', split: 2_000 },
        ],
      }),
    ).toEqual(['/treatments']);
    expect(refused({ holdback: 5_000 })).toEqual(['/holdback']);
    expect(refused(adaptive({ floor: 50_000 + 1 }))).toEqual(['/allocation/floor', '/treatments', '/treatments']);
  });

  it('may let splits depend on one of its segments, with the word that it is fixed for each unit', () => {
    const byAttribute = { attribute: 'country', isFixedPerUnit: true as const };
    const by = (attribute: string, policy: 'adaptive' | 'fixed' = 'adaptive') => ({
      allocation: { policy, byAttribute: { ...byAttribute, attribute } },
      segments: ['country', '$flagd.timestamp'],
    });
    expect(plan(by('country')).allocation!.byAttribute).toEqual(byAttribute);
    expect(refused(by('city'))).toEqual(['/allocation/byAttribute/attribute']);
    expect(refused(by('$flagd.timestamp'))).toEqual(['/allocation/byAttribute/attribute']);
    expect(refused(by('country', 'fixed'))).toEqual(['/allocation/byAttribute']);
    expect(refused({ ...by('country'), riskModel: 'hold' })).toEqual(['/riskModel']);
    const sales = { metric: 'sales', role: 'objective' as const, kind: 'value' as const };
    expect(refused({ ...by('country'), metrics: [{ metric: 'errors' }, sales] })).toEqual([
      '/allocation/objectives/0/metric',
    ]);
    const polled = { kind: 'prometheus' as const, variantLabel: 'variant', exposures: 'a_total', events: 'b_total' };
    expect(refused({ ...by('country'), metrics: [{ metric: 'errors', source: polled }, METRICS[1]] })).toEqual([
      '/metrics/0/source',
    ]);
  });

  it('is judged by errors, or any other metric, too, when the plan says so', () => {
    const { allocation } = plan({
      allocation: { policy: 'adaptive', objectives: [{ metric: 'sales', importance: 3 }, { metric: 'errors' }] },
    });
    expect(allocation!.objectives).toEqual([
      { metric: 'sales', importance: 3 },
      { metric: 'errors', importance: 1 },
    ]);
  });
});

describe('A person who moves a rollout with adaptive allocation', () => {
  const HALVES = [50_000, 50_000];
  const GROWN: Admission = {
    layers: [
      { through: 1_000, split: HALVES },
      { through: 5_000, split: [70_000, 30_000] },
    ],
    withdrawn: [],
  };
  const rollout = (phase: Rollout['state']['phase'], admission: Admission | undefined = GROWN): Rollout => ({
    definition: plan(),
    state: {
      phase,
      generation: 1,
      revision: 7,
      coverage: 5_000,
      coverageSinceMs: 0,
      startedAtMs: 0,
      isArchived: false,
      ...(phase === 'draft' || admission === undefined ? {} : { admission }),
    },
  });
  const by = { actor: 'key:me' };
  const verb = (name: PlainVerb, of: Rollout) => moveFor(name, of, by).admission;
  const wish = (asked: SteeringWish, of = rollout('running')) => steeringMove(asked, of, by, 0).admission;

  it('begins with the plan, in a new generation, too', () => {
    const first = { layers: [{ through: 1_000, split: HALVES }], withdrawn: [] };
    expect(verb('start', rollout('draft'))).toEqual(first);
    expect(verb('retry', rollout('rolledBack', { ...GROWN, withdrawn: ['on'] }))).toEqual(first);
  });

  it('admits units under the split that holds, up to completion', () => {
    const layers = (through: number) => [...GROWN.layers, { through, split: [70_000, 30_000] }];
    expect(wish({ verb: 'jump', coverage: 40_000 })!.layers).toEqual(layers(40_000));
    expect(wish({ verb: 'pin', coverage: 30_000, untilMs: 1_000 })!.layers).toEqual(layers(30_000));
    expect(verb('complete', rollout('running'))!.layers).toEqual(layers(SHARE_TOTAL));
  });

  it('changes nothing on the way down, and gives a withdrawn treatment to nobody', () => {
    expect(wish({ verb: 'jump', coverage: 500 })).toEqual(GROWN);
    const { layers } = wish({ verb: 'jump', coverage: 40_000 }, rollout('running', { ...GROWN, withdrawn: ['on'] }))!;
    expect(layers.at(-1)).toEqual({ through: 40_000, split: [0, SHARE_TOTAL] });
  });

  it('leaves the admission alone with every other word', () => {
    for (const name of ['pause', 'rollback'] as const) expect(verb(name, rollout('running'))).toBeUndefined();
    expect(wish({ verb: 'mode', mode: 'advise' })).toBeUndefined();
  });
});
