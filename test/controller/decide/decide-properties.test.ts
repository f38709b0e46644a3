import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, type Outcome, stageAt } from '../../../controller/decide/index.ts';
import { type ClosedWindow, SHARE_TOTAL, type Steering } from '../../../domain/index.ts';
import {
  aDefinition,
  aRollout,
  aVariantWindow,
  errors,
  fromOneSource,
  latency,
  observationOf,
  purchases,
  START_MS,
  variantsIn,
  WINDOW_MS,
} from './builders.ts';

/** What a variant did in a window: any traffic, any number of failures. */
const anything = fc
  .tuple(fc.integer({ min: 0, max: 400 }), fc.float({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0.5, 1, 2))
  .map(([units, failing, slowness]) => ({ units, failing: failing ** 4, slowness }));

const shown = ({ units, failing, slowness }: { units: number; failing: number; slowness: number }) =>
  aVariantWindow({ units, errors: Math.floor(units * failing), purchases: Math.floor(units * 0.2), slowness });

/** Both sides of a window at a coverage: mostly as a healthy rollout would look, sometimes anything at all. */
const aWindow = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.tuple(anything, anything).map(([one, other]) => () => ({ new: shown(one), old: shown(other) })),
  },
  {
    weight: 30,
    arbitrary: fc.constantFrom(0.01, 0.02).map((failing) => (coverage: number) => {
      const units = Math.round((3_000 * coverage) / SHARE_TOTAL);
      return {
        new: shown({ units, failing, slowness: 1 }),
        old: shown({ units: 3_000 - units, failing, slowness: 1 }),
      };
    }),
  },
);

const aCoverage = fc.constantFrom(1_000, 3_000, 20_000, 50_000, 95_000);

const aSituation = fc
  .record({
    coverage: aCoverage,
    windows: fc.array(fc.tuple(aWindow, fc.constantFrom(true, true, true, false)), { maxLength: 14 }),
    gapsMs: fc.constantFrom(WINDOW_MS, 10 * WINDOW_MS),
    lagMs: fc.constantFrom(0, 5_000, 30_000, 300_000),
    maxStepFactor: fc.constantFrom(1.1, 2, 6),
    budget: fc.constantFrom(null, { metric: 'errors', badEvents: 5 }, { metric: 'errors', badEvents: 500 }),
    phase: fc.constantFrom('running' as const, 'running' as const, 'running' as const, 'paused' as const),
    mode: fc.constantFrom(...(['automatic', 'automatic', 'automatic', 'automatic', 'advise', 'off'] as const)),
    pinnedForMs: fc.constantFrom(0, 0, 0, 60_000),
    ignoredForMs: fc.constantFrom(0, 0, 0, 60_000),
  })
  .map(({ coverage, windows, gapsMs, lagMs, maxStepFactor, budget, phase, mode, pinnedForMs, ignoredForMs }) => {
    const rollout = aRollout(
      {
        metrics: [errors, latency, purchases],
        minExposures: 50,
        burnInMs: 20_000,
        bakeMs: 60_000,
        stages: aDefinition().stages.map((stage) => ({ ...stage, dwellMs: 30_000 })),
        maxStepFactor,
        riskBudget: budget,
      },
      { coverage, phase },
    );
    const nowMs = START_MS + Math.max(0, windows.length - 1) * gapsMs + (windows.length > 0 ? WINDOW_MS : 0) + lagMs;
    const word = { owner: 'ann', reason: '' };
    const steering: Steering = {
      mode,
      pin: { ...word, untilMs: nowMs + pinnedForMs },
      overrides: [{ metric: 'errors', ...word, untilMs: nowMs + ignoredForMs }],
    };
    const closed = windows.map(([variantsAt, isOfThisCoverage], index): ClosedWindow => {
      const startMs = START_MS + index * gapsMs;
      return {
        startMs,
        endMs: startMs + WINDOW_MS,
        coverage: isOfThisCoverage ? coverage : 500,
        ...fromOneSource(variantsAt(isOfThisCoverage ? coverage : 500)),
      };
    });
    const newestEndMs = closed.at(-1)?.endMs ?? START_MS;
    const steered = { ...rollout, state: { ...rollout.state, steering } };
    return observationOf(steered, closed, newestEndMs + lagMs - START_MS);
  });

const settings = { seed: 20_250_101, numRuns: 100 };

describe('decide, for any observation', () => {
  it('never exceeds the envelope', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(aSituation, (observation) => {
        const { decision, assessment } = decide(observation);
        const { definition, state } = observation.rollout;
        seen.add(decision.action);
        switch (decision.action) {
          case 'rollback':
            expect(decision.coverage).toBe(0);
            break;
          case 'hold':
            expect(decision.coverage).toBe(state.coverage);
            break;
          case 'stepBack':
            expect([definition.secondLook, decision.coverage]).toEqual([true, SHARE_TOTAL / 2]);
            expect(state.coverage).toBeGreaterThan(SHARE_TOTAL / 2);
            break;
          case 'complete':
            expect([decision.coverage, state.coverage]).toEqual([SHARE_TOTAL, 95_000]);
            break;
          case 'ramp':
            expect(decision.coverage).toBeGreaterThan(state.coverage);
            expect(decision.coverage).toBeLessThanOrEqual(state.coverage * definition.maxStepFactor);
            expect(decision.coverage).toBeLessThanOrEqual(assessment.riskBudget?.permittedCoverage ?? SHARE_TOTAL);
            expect(decision.coverage).toBeLessThanOrEqual(
              definition.stages[stageAt(definition, state.coverage).index + 1]!.coverage,
            );
            if (decision.coverage > SHARE_TOTAL / 2) {
              const counted = assessment.treatments[0]!.guardrails.filter((one) => one.overriddenUntilMs === undefined);
              expect(counted.every(({ isNonInferior }) => isNonInferior)).toBe(true);
            }
        }
        expect(decision.reasons.length).toBeGreaterThan(0);
      }),
      settings,
    );
    expect(seen).toEqual(new Set(['ramp', 'hold', 'rollback', 'complete']));
  });

  it('never passes a checkpoint that people have not agreed to, and rolls back all the same', () => {
    const seen = new Set<string>();
    const beyondBy = fc.constantFrom(0, 1, 100, 4_000, 40_000);
    fc.assert(
      fc.property(aSituation, beyondBy, (observation, further) => {
        const beyond = observation.rollout.state.coverage + further;
        const checkpoint = { beyond, approvers: 1, votes: [], ownedBy: [] };
        const restrictions = { freezes: [], dependencies: [], checkpoints: [checkpoint] };
        const [free, held] = [decide(observation), decide({ ...observation, restrictions })];
        expect(held.decision.coverage).toBeLessThanOrEqual(free.decision.coverage);
        expect(held.evidence).toEqual(free.evidence);
        if (free.decision.action === 'rollback') expect(held.decision).toEqual(free.decision);
        else expect(held.decision.coverage).toBeLessThanOrEqual(Math.max(beyond, observation.rollout.state.coverage));
        if (free.decision.coverage > beyond) seen.add(held.decision.action);
      }),
      { ...settings, numRuns: 80 },
    );
    expect(seen).toEqual(new Set(['ramp', 'hold']));
  });

  it('never raises coverage without a fresh closed window, enough exposures, and a person who lets it run', () => {
    fc.assert(
      fc.property(aSituation, (observation) => {
        const { action } = decide(observation).decision;
        if (action !== 'ramp' && action !== 'complete') return;
        const { coverage, phase, steering } = observation.rollout.state;
        expect(steering).toMatchObject({ mode: 'automatic', pin: { untilMs: observation.nowMs } });
        const counted = observation.windows.filter((window) => window.coverage === coverage);
        const units = (variant: string) =>
          counted.reduce((sum, window) => sum + variantsIn(window)[variant]!.newUnits, 0);
        expect(phase).toBe('running');
        expect(units('new')).toBeGreaterThanOrEqual(50);
        expect(units('old')).toBeGreaterThanOrEqual(50);
        expect(observation.nowMs - observation.windows.at(-1)!.endMs).toBeLessThanOrEqual(60_000);
      }),
      settings,
    );
  });

  it('is deterministic, leaves its input alone, and survives the database', () => {
    fc.assert(
      fc.property(aSituation, (observation) => {
        const before = JSON.stringify(observation);
        const outcome = decide(observation);
        expect(JSON.stringify(observation)).toBe(before);
        expect(decide(JSON.parse(before))).toEqual(outcome);
        expect(JSON.parse(JSON.stringify(outcome))).toEqual(outcome);
      }),
      settings,
    );
  });

  it('comes to the same evidence in one pass or in many', () => {
    fc.assert(
      fc.property(aSituation, (observation) => {
        let evidence: Outcome['evidence'] | null = null;
        for (const window of observation.windows) {
          const stored: Outcome['evidence'] | null = JSON.parse(JSON.stringify(evidence));
          evidence = decide({ ...observation, evidence: stored, windows: [window] }).evidence;
        }
        const last = decide({ ...observation, evidence, windows: [] });
        expect(last).toEqual(decide(observation));
      }),
      settings,
    );
  });

  it('never takes a treatment back for being better', () => {
    const improvement = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 })), {
      maxLength: 30,
      size: 'max',
    });
    let harmCount = 0;
    fc.assert(
      fc.property(improvement, (pairs) => {
        const windowsWith = (isSwapped: boolean) =>
          pairs.map(([one, other], index): ClosedWindow => {
            const [fewer, more] = [Math.min(one, other), Math.max(one, other)];
            const startMs = START_MS + index * WINDOW_MS;
            const better = aVariantWindow({ units: 500, errors: fewer, purchases: 100 + more, slowness: 1 });
            const worse = aVariantWindow({ units: 500, errors: more, purchases: 100 + fewer, slowness: 1.5 });
            const variants = isSwapped ? { new: worse, old: better } : { new: better, old: worse };
            return { startMs, endMs: startMs + WINDOW_MS, coverage: 50_000, ...fromOneSource(variants) };
          });
        const rollout = aRollout({ metrics: [errors, latency, purchases], burnInMs: 0 }, { coverage: 50_000 });
        expect(decide(observationOf(rollout, windowsWith(false))).decision.action).not.toBe('rollback');
        // The mirror image of the same numbers is harm: without it this property could hold for lack of any evidence.
        const harm = pairs.reduce((sum, [one, other]) => sum + Math.abs(one - other), 0);
        const even = pairs.reduce((sum, [one, other]) => sum + Math.min(one, other), 0);
        if (harm > 100 && harm > even) {
          harmCount += 1;
          expect(decide(observationOf(rollout, windowsWith(true))).decision.action).toBe('rollback');
        }
      }),
      settings,
    );
    expect(harmCount).toBeGreaterThan(10);
  });
});

describe('stageAt', () => {
  it.each([
    [0, -1, 1_000],
    [999, -1, 1_000],
    [1_000, 0, 1_000],
    [19_999, 1, 5_000],
    [95_000, 4, 95_000],
    [100_000, 4, 95_000],
  ])('coverage %d has reached stage %d of %d', (coverage, index, stageCoverage) => {
    const position = stageAt(aDefinition(), coverage);
    expect([position.index, position.stage.coverage]).toEqual([index, stageCoverage]);
  });
});
