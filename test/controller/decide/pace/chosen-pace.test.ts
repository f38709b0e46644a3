import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DecisionModels, decide, decideAdvance } from '../../../../controller/decide/index.ts';
import { emptyRampPolicy, RAMP_INPUTS, type RampPolicy } from '../../../../models/index.ts';
import { aRollout, codesOf, someWindows } from '../builders.ts';
import { aNoveltyModel, models, observationWith } from '../learned/some-models.ts';

const withRamp = (artefact: RampPolicy, hash = 'abc'): DecisionModels => ({
  ...models(null),
  ramp: { id: 'ramp-1', hash, fittedAtMs: null, artefact },
});

const healthyAt = (coverage: number, failing = 0.01) => ({
  new: { units: coverage / 25, errors: Math.round((coverage / 25) * failing) },
  old: { units: 4_000 - coverage / 25, errors: Math.round((4_000 - coverage / 25) * 0.01) },
});

const observed = (asked: DecisionModels, { minutes = 10, coverage = 5_000, failing = 0.01, ...definition } = {}) =>
  observationWith(
    asked,
    aRollout({ rampPolicy: 'learned', shortestDwellMs: 120_000, ...definition }, { coverage }),
    someWindows({ count: minutes * 6, coverage, variants: healthyAt(coverage, failing) }),
  );

describe('a learned ramp policy', () => {
  it('chooses among the permitted paces, and says with which probabilities', () => {
    const asked = withRamp(emptyRampPolicy('nothing known'));
    const { decision, evidence, assessment } = decide(observed(asked), asked);
    const { paces, taken, scheduled, policy, hash, schema } = decision.choice!;
    expect([policy, hash, schema]).toEqual(['ramp-1', 'abc', 'ramp/3']);
    expect(paces.map(({ pace }) => pace)).toEqual(['asPlanned', 'veryCautious', 'cautious', 'fast', 'aggressive']);
    expect(paces[scheduled]).toMatchObject({ pace: 'asPlanned', dwellFactor: 1, halfFactor: 1, skippedStages: 0 });
    expect(paces.reduce((sum, { propensity }) => sum + propensity, 0)).toBeCloseTo(1, 12);
    expect(evidence.pace).toMatchObject({ pace: paces[taken]!.pace, policy: 'ramp-1' });
    expect(assessment.pace).toEqual(evidence.pace);
    expect(decision.reasons.at(-1)).toMatchObject({
      code: 'policyChoice',
      message: expect.stringContaining(`chose the pace ${paces[taken]!.pace} for this rollout`),
    });
  });

  it('chooses once, and a new champion does not change it', () => {
    const asked = withRamp(emptyRampPolicy('nothing known'));
    const first = observed(asked, { minutes: 3 });
    const { evidence, decision } = decide(first, asked);
    expect(decision.choice).toBeDefined();
    const other = { ...withRamp(emptyRampPolicy('another'), 'def') };
    const later = observed(other, { minutes: 12 });
    const next = { ...later, evidence, windows: later.windows.slice(18) };
    const again = decide(next, other);
    expect(again.decision.choice).toBeUndefined();
    expect(again.evidence.pace).toEqual(evidence.pace);
    // Nor does one that is missing.
    expect(decide(next, models(null)).decision).toEqual(again.decision);
  });

  it('is asked the first time that a ramp is permitted, and no sooner', () => {
    const asked = withRamp(emptyRampPolicy('nothing known'));
    const isAsked = (minutes: number) => decide(observed(asked, { minutes }), asked).decision.choice !== undefined;
    expect([isAsked(1), isAsked(2)]).toEqual([false, true]);
  });

  it('is not asked where the plan does not say so, nor in a rollout like none before', () => {
    const asked = withRamp(emptyRampPolicy('nothing known'));
    const observation = observed(asked, { rampPolicy: 'schedule' } as never);
    expect(decide(observation, asked).decision).toEqual(
      decide(observed(models(null), { rampPolicy: undefined } as never), models(null)).decision,
    );
    const novel = { ...asked, novelty: aNoveltyModel(0) };
    const watched = { riskModel: 'hold', riskGroups: { errors: 'errors', slow: null, business: null } };
    const outcome = decide(observed(novel, watched as never), novel);
    expect(outcome.assessment.learned![0]!.isNovel).toBe(true);
    expect([outcome.decision.choice, outcome.evidence.pace]).toEqual([undefined, undefined]);
  });

  it('is not asked by a person who advances the rollout', () => {
    const asked = withRamp(emptyRampPolicy('nothing known'));
    const decision = decideAdvance(observed(asked, { minutes: 3 }), asked);
    expect(decision).toMatchObject({ action: 'ramp', coverage: 20_000 });
    expect(decision.choice).toBeUndefined();
  });

  it('leaves the rollout to the pace of its plan where it is missing, another one, or broken, and says so once', () => {
    const good = withRamp(emptyRampPolicy('good'));
    const broken = emptyRampPolicy('broken');
    const nan = { ...broken, moments: broken.moments.map((row) => row.map(() => Number.NaN)) };
    const negative = { ...broken, precision: broken.precision.map((row) => row.map((value) => -value)) };
    const cases: readonly (readonly [DecisionModels, DecisionModels])[] = [
      [models(null), models(null)],
      [good, withRamp(emptyRampPolicy('good'), 'another hash')],
      [withRamp(nan), withRamp(nan)],
      [withRamp(negative), withRamp(negative)],
    ];
    for (const [named, held] of cases) {
      const outcome = decide(observed(named), held);
      expect(outcome.decision).toMatchObject({ action: 'ramp', coverage: 20_000 });
      expect(codesOf(outcome)).toContain('modelUnavailable');
      expect(outcome.evidence.pace).toMatchObject({ pace: 'asPlanned', policy: null });
      const next = { ...observed(good), evidence: outcome.evidence, windows: [] };
      expect(codesOf(decide(next, good))).not.toContain('modelUnavailable');
    }
  });

  it('comes to the same decision when it is made again from its record', () => {
    const asked = withRamp(emptyRampPolicy('nothing known'));
    const observation = observed(asked);
    expect(decide(JSON.parse(JSON.stringify(observation)), asked)).toEqual(decide(observation, asked));
  });

  it('minds what the plan says that each part costs', () => {
    const empty = emptyRampPolicy('knows harm', 'linUcb');
    const half = RAMP_INPUTS.indexOf('at half');
    // Longer at one half: less harm, more hours.
    const moments = empty.moments.map((row, part) =>
      row.map((_, i) => (i !== half ? 0 : [-1, 1, 0, 0, 0][part]! * 100)),
    );
    const asked = withRamp({ ...empty, moments, precision: empty.precision.map((row) => row.map((x) => 1_000 * x)) });
    const own = { harm: 1, hours: 0, falseRollback: 1_000, move: 0, objective: 0 };
    const likeliest = (appetite: object) =>
      decide(observed(asked, { appetite } as never), asked).decision.choice!.paces.toSorted(
        (a, b) => b.propensity - a.propensity,
      )[0]!.halfFactor;
    expect(likeliest({ ...own, harm: 500 })).toBe(6);
    expect(likeliest({ ...own, hours: 500 })).toBeLessThan(1);
  });

  it('chooses for each rollout anew', () => {
    const asked = withRamp(emptyRampPolicy('nothing known'));
    const paces = Array.from({ length: 40 }, (_, index) => {
      const observation = observed(asked);
      const { rollout } = observation;
      const named = { ...rollout, definition: { ...rollout.definition, rollout: `rollout-${index}` } };
      return decide({ ...observation, rollout: named }, asked).evidence.pace!.pace;
    });
    expect(new Set(paces).size).toBeGreaterThan(2);
  });
});

describe('whatever a ramp policy has learned', () => {
  const width = { minLength: RAMP_INPUTS.length, maxLength: RAMP_INPUTS.length };
  const finite = fc.double({ min: -100, max: 100, noNaN: true });
  const wild = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 1e300, -1e300, 0);
  const row = fc.oneof({ weight: 30, arbitrary: fc.array(finite, width) }, fc.array(fc.oneof(finite, wild), width));
  const adversary = fc
    .record({
      moments: fc.array(row, { minLength: 5, maxLength: 5 }),
      departed: row,
      diagonal: fc.oneof({ weight: 9, arbitrary: fc.double({ min: 1e-3, max: 1e6, noNaN: true }) }, finite, wild),
      algorithm: fc.constantFrom('thompson' as const, 'linUcb' as const, 'squareCb' as const),
      explorationFloor: fc.constantFrom(0.02, 0.02, 1, 5, -1),
    })
    .map(({ diagonal, departed, ...learned }): RampPolicy => {
      const empty = emptyRampPolicy('adversary');
      return {
        ...empty,
        ...learned,
        precision: empty.precision.map((values) => values.map((value) => value * diagonal)),
        ledger: { ...empty.ledger, departed },
      };
    });
  const situation = fc.record({
    artefact: adversary,
    coverage: fc.constantFrom(1_000, 5_000, 20_000, 50_000, 95_000),
    minutes: fc.integer({ min: 0, max: 12 }),
    failing: fc.constantFrom(0.01, 0.01, 0.01, 0.02, 0.3),
    maxStepFactor: fc.constantFrom(1.1, 2, 6),
    riskBudget: fc.constantFrom(null, { metric: 'errors', badEvents: 5 }, { metric: 'errors', badEvents: 500 }),
    appetite: fc.constantFrom('careful' as const, 'balanced' as const, 'fast' as const),
  });

  it('never leads beyond what is permitted, to a ramp without a window, or to anything but a rollback after a breach', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(situation, ({ artefact, ...asked }) => {
        const held = withRamp(artefact);
        const observation = observed(held, asked as never);
        const { decision, assessment, evidence } = decide(observation, held);
        const floor = decide({ ...observation, rollout: withSchedule(observation.rollout) }, held).decision;
        const isRoom = assessment.envelope.actions.some(({ action, isPermitted }) => action === 'ramp' && isPermitted);
        seen.add(`${floor.action} ${decision.choice === undefined ? 'by schedule' : decision.action}`);
        if (!isRoom) {
          expect(decision).toEqual(floor);
          expect(evidence.pace).toBeUndefined();
          return;
        }
        const { definition, state } = observation.rollout;
        expect(assessment.envelope.actions).toContainEqual({
          action: decision.action,
          coverage: decision.coverage,
          isPermitted: true,
          refusedBy: [],
        });
        expect(observation.windows.length).toBeGreaterThan(0);
        expect(decision.coverage).toBeLessThanOrEqual(
          Math.max(state.coverage + 1, state.coverage * definition.maxStepFactor),
        );
        expect(decision.coverage).toBeLessThanOrEqual(assessment.riskBudget?.permittedCoverage ?? 95_000);
        if (state.coverage < 50_000) expect(decision.coverage).toBeLessThanOrEqual(50_000);
        if (decision.choice !== undefined) {
          const { paces, taken } = decision.choice;
          expect(paces[taken]!.propensity).toBeGreaterThan(0);
          expect(paces.reduce((sum, { propensity }) => sum + propensity, 0)).toBeCloseTo(1, 9);
        }
      }),
      { seed: 11, numRuns: 250 },
    );
    expect(seen).toEqual(
      new Set([
        'ramp ramp',
        'ramp hold',
        'ramp by schedule',
        'hold ramp',
        'hold hold',
        'hold by schedule',
        'rollback by schedule',
        'complete by schedule',
      ]),
    );
  });
});

function withSchedule(rollout: ReturnType<typeof aRollout>) {
  return { ...rollout, definition: { ...rollout.definition, rampPolicy: 'schedule' as const } };
}
