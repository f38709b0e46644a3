import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VERBS } from '../../controller/index.ts';
import { DEFAULT_SETTINGS, Problem, type PublishedState, type Scope, type Storage } from '../../domain/index.ts';
import {
  aDecision,
  aFlag,
  aRolloutDefinition,
  aRunningRollout,
  aScope,
  BY_TESTER,
  COMPLETE,
  PAUSE,
  RESUME,
  ROLL_BACK,
  START,
} from './builders.ts';

/** Keys that objects, languages and servers put into different orders. */
const KEYS = ['b', 'B', 'a.1', 'a-1', '10', '9', 'ä', '\u{1F600}', '\uFFFD', '__proto__', 'constructor'];
const NAMES = ['first', 'second', 'third'];
const ARCHIVE = { ...ROLL_BACK, verb: 'archive', fromPhases: ['draft', 'completed'], isArchived: true } as const;
const MOVES = [START, PAUSE, RESUME, COMPLETE, ROLL_BACK, ARCHIVE];

/** One write, which may be refused. */
type Write = (storage: Storage, scope: Scope) => Promise<unknown>;

const rolloutOf = fc
  .record({ rollout: fc.constantFrom(...NAMES), flag: fc.constantFrom('checkout', ...KEYS) })
  .map((part) => aRolloutDefinition(part));
const write: fc.Arbitrary<Write> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom('checkout', ...KEYS), fc.constantFrom('on', 'off')).map(putFlag) },
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...MOVES)).map(moveRollout) },
  { weight: 2, arbitrary: rolloutOf.map((definition): Write => creating(definition)) },
  { weight: 1, arbitrary: rolloutOf.map((definition): Write => updating(definition)) },
  { weight: 1, arbitrary: fc.constantFrom({}, { adult: { '>=': [{ var: 'age' }, 18] } }).map(putEvaluators) },
  { weight: 1, arbitrary: fc.constantFrom('eu', 'us').map(putSettings) },
);

function putFlag([key, defaultVariant]: [string, string]): Write {
  return ({ flags }, scope) => flags.writeFlag(scope, key, { ...aFlag, defaultVariant }, BY_TESTER);
}

function moveRollout([rollout, move]: [string, (typeof MOVES)[number]]): Write {
  return ({ rollouts }, scope) => rollouts.moveRollout(scope, rollout, move);
}

function creating(definition: ReturnType<typeof aRolloutDefinition>): Write {
  return ({ rollouts }, scope) => rollouts.createRollout(scope, definition, BY_TESTER);
}

function updating(definition: ReturnType<typeof aRolloutDefinition>): Write {
  return ({ rollouts }, scope) => rollouts.updateRollout(scope, definition, BY_TESTER);
}

function putEvaluators(evaluators: Parameters<Storage['flags']['writeEvaluators']>[1]): Write {
  return ({ flags }, scope) => flags.writeEvaluators(scope, evaluators, BY_TESTER);
}

function putSettings(region: string): Write {
  const settings = { ...DEFAULT_SETTINGS, staticContext: { region } };
  return ({ flags }, scope) => flags.writeSettings(scope, settings, BY_TESTER);
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof Problem)) throw error;
}

/** What a storage answers to somebody who holds an older state. */
export function followingContract(get: () => Storage): void {
  it('answers with what a whole reading would give, whatever was written since', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(write, { minLength: 1, maxLength: 20 }), async (writes) => {
        const scope = await aScope(get());
        const read = (held?: PublishedState) => get().flags.readPublished(scope, held);
        const states = [await read()];
        for (const one of writes) {
          await one(get(), scope).catch(ignoreRefusal);
          states.push(await read(states.at(-1)));
        }
        const texts = states.map((state) => JSON.stringify(state));
        const whole = JSON.stringify(await read());
        for (const held of states) expect(JSON.stringify(await read(held))).toBe(whole);
        expect(states.map((state) => JSON.stringify(state))).toEqual(texts);
      }),
      { seed: 20_26, numRuns: 30 },
    );
  });

  it('takes over everything that was not touched as the same objects', async () => {
    const { flags } = get();
    const scope = await aScope(get());
    await aRunningRollout(get(), scope);
    await flags.writeFlag(scope, 'banner', aFlag, BY_TESTER);
    const held = await flags.readPublished(scope);
    const same = await flags.readPublished(scope, held);
    expect(same).toEqual(held);
    expect(same.flagSet.flags).toBe(held.flagSet.flags);
    await flags.writeFlag(scope, 'checkout', { ...aFlag, state: 'DISABLED' }, BY_TESTER);
    await flags.writeFlag(scope, 'a new one', aFlag, BY_TESTER);
    const after = await flags.readPublished(scope, held);
    expect(Object.keys(after.flagSet.flags)).toEqual(['a new one', 'banner', 'checkout']);
    expect(after.flagSet.flags['checkout']!.state).toBe('DISABLED');
    expect(after.flagSet.flags['banner']).toBe(held.flagSet.flags['banner']);
    expect(after.rollouts).toBe(held.rollouts);
    expect(after.settings).toBe(held.settings);
  });

  describe('knows that flags were not touched by', () => {
    const followed = async (change: Write) => {
      const scope = await aScope(get());
      await get().flags.writeFlag(scope, 'banner', aFlag, BY_TESTER);
      await aRunningRollout(get(), scope);
      await aRunningRollout(get(), scope, { rollout: 'other', flag: 'banner' });
      const held = await get().flags.readPublished(scope);
      await change(get(), scope);
      const after = await get().flags.readPublished(scope, held);
      expect(after).toEqual(await get().flags.readPublished(scope));
      expect(after.version).toBe(held.version + 1);
      expect(after.flagSet.flags).toBe(held.flagSet.flags);
      expect(after.rollouts.find(({ definition }) => definition.rollout === 'other')).toBe(held.rollouts[1]);
    };

    it.each([...VERBS])('the verb %s of a rollout', (verb) =>
      followed(({ rollouts }, scope) => rollouts.moveRollout(scope, 'new-checkout', { ...PAUSE, verb })),
    );

    it.each([
      { action: 'ramp', coverage: 5_000 },
      { action: 'complete', coverage: 100_000 },
      { action: 'rollback', coverage: 0 },
    ] as const)('the decision $action', (change) =>
      followed(async ({ rollouts }, scope) => {
        const rollout = await rollouts.readRollout(scope, 'new-checkout');
        expect(await rollouts.applyDecision(aDecision(scope, rollout!, change))).toBe(true);
      }),
    );

    it('a draft, shared rules and settings', async () => {
      await followed(creating(aRolloutDefinition({ rollout: 'draft' })));
      await followed(putEvaluators({ staff: true }));
      await followed(putSettings('eu'));
    });
  });

  describe('reads everything again', () => {
    const expectReadAgain = async (scope: Scope, held: PublishedState) => {
      const after = await get().flags.readPublished(scope, held);
      expect(after).toEqual(await get().flags.readPublished(scope));
      expect(after.flagSet.flags['checkout']).not.toBe(held.flagSet.flags['checkout']);
    };

    it.each([
      { what: 'another epoch', change: { epoch: 2 } },
      { what: 'a version that is still to come', change: { version: 2 } },
      { what: 'a version before the oldest change', change: { version: -1 } },
    ])('for a state of $what', async ({ change }) => {
      const scope = await aScope(get());
      await expectReadAgain(scope, { ...(await get().flags.readPublished(scope)), ...change });
    });

    it('after a change of a kind that it does not know', async () => {
      const scope = await aScope(get());
      await aRunningRollout(get(), scope);
      const held = await get().flags.readPublished(scope);
      await get().rollouts.moveRollout(scope, 'new-checkout', { ...PAUSE, verb: 'somethingElse' });
      await expectReadAgain(scope, held);
    });

    it('after more changes than it follows one by one', async () => {
      const scope = await aScope(get());
      const held = await get().flags.readPublished(scope);
      const writeOne = () => get().flags.writeFlag(scope, 'banner', aFlag, BY_TESTER);
      for (let batch = 0; batch < 50; batch += 1) await Promise.all(Array.from({ length: 10 }, writeOne));
      const after = await get().flags.readPublished(scope, held);
      expect(after.flagSet.flags['checkout']).toBe(held.flagSet.flags['checkout']);
      await writeOne();
      await expectReadAgain(scope, held);
    });
  });

  it('misses nothing while several write, each thing once', async () => {
    const scope = await aScope(get());
    let isWriting = true;
    const writer = async (n: number) => {
      for (let index = 0; index < 10; index += 1) {
        const flag = `flag-${n}-${index}`;
        await get().flags.writeFlag(scope, flag, aFlag, BY_TESTER);
        await aRunningRollout(get(), scope, { rollout: `rollout-${n}-${index}`, flag });
      }
    };
    const follow = async () => {
      let state = await get().flags.readPublished(scope);
      while (isWriting) {
        const next = await get().flags.readPublished(scope, state);
        expect(next.version).toBeGreaterThanOrEqual(state.version);
        state = next;
      }
      return get().flags.readPublished(scope, state);
    };
    const followers = [follow(), follow()];
    await Promise.all([writer(0), writer(1), writer(2)]);
    isWriting = false;
    const whole = await get().flags.readPublished(scope);
    expect(whole.rollouts).toHaveLength(30);
    for (const state of await Promise.all(followers)) expect(JSON.stringify(state)).toBe(JSON.stringify(whole));
  });
}
