import { describe, expect, it } from 'vitest';
import { type DecisionModels, decide, modelsInUse, NO_MODELS, type Outcome } from '../../../controller/decide/index.ts';
import { type ClosedWindow, SHARE_TOTAL } from '../../../domain/index.ts';
import { type ForecastArtefact, fitWatch } from '../../../models/index.ts';
import { seededDraws } from '../../../simulation/draws.ts';
import { aRollout, aVariantWindow, codesOf, fromOneSource, observationOf, START_MS } from './builders.ts';

const MINUTE_MS = 60_000;
const HOUR = 60;

/** A rollout that takes control away at its end, after an hour at one half. */
const rollout = () =>
  aRollout(
    {
      windowMs: MINUTE_MS,
      holdback: 0,
      stages: [50_000, SHARE_TOTAL].map((coverage) => ({ coverage, dwellMs: 300_000 })),
      bakeMs: 30 * MINUTE_MS,
    },
    { coverage: SHARE_TOTAL, coverageSinceMs: START_MS + HOUR * MINUTE_MS, startedAtMs: START_MS },
  );

/** An hour of which half is control's, then so many minutes of the treatment alone; shares of units that fail. */
function windows({ fullMinutes, control, full }: { fullMinutes: number; control: number; full: number }) {
  const draws = seededDraws(7, 1);
  const shown = (units: number, share: number) => aVariantWindow({ units, errors: draws.poisson(units * share) });
  return Array.from({ length: HOUR + fullMinutes }, (_, minute): ClosedWindow => {
    const startMs = START_MS + minute * MINUTE_MS;
    const isFull = minute >= HOUR;
    const variants = isFull ? { new: shown(4_000, full) } : { new: shown(2_000, control), old: shown(2_000, control) };
    return {
      startMs,
      endMs: startMs + MINUTE_MS,
      coverage: isFull ? SHARE_TOTAL : 50_000,
      ...fromOneSource(variants),
    };
  });
}

const baked = (fullMinutes: number, full: number, models: DecisionModels = NO_MODELS): Outcome => {
  const observation = observationOf(rollout(), windows({ fullMinutes, control: 0.01, full }));
  return decide(models === NO_MODELS ? observation : { ...observation, models: modelsInUse(models) }, models);
};

describe('full coverage without a control', () => {
  it('is completed after the bake when rates are what control had', () => {
    const { decision, assessment } = baked(31, 0.01);
    expect(decision.action).toBe('complete');
    expect(assessment.usual).toMatchObject([{ metric: 'errors', forecaster: null, isUnusual: false }]);
    expect(assessment.usual![0]!.usualRate).toBeCloseTo(0.01, 3);
  });

  it('is not completed while a rate is far above what control had, with the numbers, and never rolled back for it', () => {
    const outcome = baked(31, 0.03);
    expect([outcome.decision.action, codesOf(outcome)]).toEqual(['hold', ['unlikeBefore']]);
    const [reason] = outcome.decision.reasons;
    expect(reason!.message).toMatch(/^errors: control had (0\.9|1)\d* % before full coverage; is [23](\.\d+)? % now/);
    expect(reason!.releasedBy).toContain('a person');
  });

  it('says so when the bake is over and not before, and after what a person has said', () => {
    expect(codesOf(baked(29, 0.03))).toEqual(['baking']);
    const { definition, state } = rollout();
    const paused = { definition, state: { ...state, phase: 'paused' as const } };
    const all = windows({ fullMinutes: 31, control: 0.01, full: 0.03 });
    expect(codesOf(decide(observationOf(paused, all)))).toEqual(['paused', 'unlikeBefore']);
  });

  it('waits for patience and no longer', () => {
    expect(baked(30 + 121, 0.03).decision.action).toBe('complete');
  });

  it('says nothing where control was seen for less than half an hour', () => {
    const few = windows({ fullMinutes: 31, control: 0.01, full: 0.03 }).slice(HOUR - 20);
    const { decision, assessment } = decide(observationOf(rollout(), few));
    expect([decision.action, assessment.usual]).toEqual(['complete', undefined]);
  });

  it('remembers nothing where a control stays until the end', () => {
    expect(decide(observationOf(aRollout(), [])).evidence).not.toHaveProperty('usual');
    const kept = decide(observationOf(aRollout(), windows({ fullMinutes: 0, control: 0.01, full: 0 })));
    expect(kept.evidence).not.toHaveProperty('usual');
  });

  it('comes to the same in one pass or in many, and survives the database', () => {
    const all = windows({ fullMinutes: 31, control: 0.01, full: 0.03 });
    let evidence: Outcome['evidence'] | null = null;
    for (let from = 0; from < all.length; from += 13) {
      const part = all.slice(from, from + 13);
      evidence = JSON.parse(JSON.stringify(decide({ ...observationOf(rollout(), part), evidence }).evidence));
    }
    expect(evidence!.usual).toEqual(JSON.parse(JSON.stringify(baked(31, 0.03).evidence.usual)));
  });
});

describe('full coverage again, after a second look at one half', () => {
  const FULL_MINUTES = 60;

  /** An hour at one half, one at full coverage, the look, and half an hour of baking again; `control` as of the look. */
  const onceMore = ({ look, control, full }: { look: number; control: number; full: number }): Outcome => {
    const draws = seededDraws(7, 1);
    const shown = (units: number, share: number) => aVariantWindow({ units, errors: draws.poisson(units * share) });
    const [backAt, againAt] = [HOUR + FULL_MINUTES, HOUR + FULL_MINUTES + look];
    const all = Array.from({ length: againAt + 31 }, (_, minute): ClosedWindow => {
      const startMs = START_MS + minute * MINUTE_MS;
      const isFull = minute >= againAt || (minute >= HOUR && minute < backAt);
      const share = minute < backAt ? 0.01 : minute < againAt ? control : full;
      const variants = isFull ? { new: shown(4_000, share) } : { new: shown(2_000, share), old: shown(2_000, share) };
      const coverage = isFull ? SHARE_TOTAL : 50_000;
      return { startMs, endMs: startMs + MINUTE_MS, coverage, ...fromOneSource(variants) };
    });
    const { definition, state } = rollout();
    const again = { ...state, coverageSinceMs: START_MS + againAt * MINUTE_MS };
    const plan = { ...definition, secondLook: true as const };
    return decide(observationOf({ definition: plan, state: again }, all));
  };

  it('is compared with control as of the look, and before it as far as the look was too short', () => {
    const { decision, assessment } = onceMore({ look: 15, control: 0.01, full: 0.01 });
    expect([decision.action, assessment.usual![0]!.isUnusual]).toEqual(['complete', false]);
    const outcome = onceMore({ look: 15, control: 0.01, full: 0.03 });
    expect([outcome.decision.action, codesOf(outcome)]).toEqual(['hold', ['unlikeBefore']]);
  });

  it('is compared with the look alone where that took an hour: what everybody has since then is usual', () => {
    const { decision, assessment } = onceMore({ look: 60, control: 0.03, full: 0.03 });
    expect(decision.action).toBe('complete');
    expect(assessment.usual![0]!.usualRate).toBeCloseTo(0.03, 2);
    expect(codesOf(onceMore({ look: 60, control: 0.01, full: 0.03 }))).toEqual(['unlikeBefore']);
  });
});

describe('with a forecaster', () => {
  const draws = seededDraws(3, 1);
  const undisturbed = Array.from({ length: 200 }, () => Array.from({ length: 60 }, () => draws.normal()));
  /** Expects what control had, give or take three of its robust standard deviations. */
  const served = (watch = fitWatch(undisturbed, 0.02)) => {
    const artefact: ForecastArtefact = {
      kind: 'forecast',
      version: 'by hand',
      predictor: { kind: 'level', spreads: [{ untilAhead: 60, lower: -3, upper: 3 }] },
      watch,
      origin: { backend: 'none', seed: 0, rowCount: 1, runCount: 1, harmfulShare: 0 },
    };
    return { ...NO_MODELS, forecast: { id: 'forecast-1', hash: 'abc', fittedAtMs: null, artefact } };
  };

  it('a rate that it did not expect holds, and it is named', () => {
    const outcome = baked(31, 0.03, served());
    expect([outcome.decision.action, codesOf(outcome)]).toEqual(['hold', ['unlikeBefore']]);
    expect(outcome.decision.reasons[0]!.message).toContain('forecaster forecast-1 expected something else');
    expect(baked(31, 0.01, served()).decision.action).toBe('complete');
  });

  it('is out of its reach after an hour, and robust scores go on', () => {
    const { assessment } = baked(31, 0.03, served());
    expect(assessment.usual).toMatchObject([{ forecaster: 'forecast-1' }]);
    expect(baked(70, 0.03, served()).assessment.usual).toMatchObject([{ forecaster: null, isUnusual: true }]);
  });

  it('that was calibrated on too few rollouts is not asked: robust scores stand in for it', () => {
    const { assessment } = baked(31, 0.03, served({ ...fitWatch(undisturbed, 0.02), logThreshold: null }));
    expect(assessment.usual).toMatchObject([{ forecaster: null, isUnusual: true }]);
  });

  it('that is named and not at hand is none', () => {
    const named = served();
    const observation = observationOf(rollout(), windows({ fullMinutes: 31, control: 0.01, full: 0.03 }));
    const { assessment } = decide({ ...observation, models: modelsInUse(named) }, { ...named, forecast: null });
    expect(assessment.usual).toMatchObject([{ forecaster: null, isUnusual: true }]);
  });
});
