import { describe, expect, it } from 'vitest';
import { type DecisionModels, decide, modelsInUse, type Outcome } from '../../../../controller/decide/index.ts';
import type { ClosedWindow, Rollout, RolloutDefinition, VariantWindow } from '../../../../domain/index.ts';
import { NO_CALIBRATION } from '../../../../models/index.ts';
import { logistic } from '../../../models/risk/a-risk-model.ts';
import { codesOf, fromOneSource, HEALTHY, observationOf, revenue, someWindows, variantsIn } from '../builders.ts';
import { always, aNoveltyModel, aWatchedRollout, models, observationWith, served } from './some-models.ts';

const TEN_MINUTES = 60;
const healthy = someWindows({ count: TEN_MINUTES, variants: HEALTHY });
/** Half as many errors again: enough for a guardrail to speak, not for a million to one. */
const doubtful = someWindows({
  count: TEN_MINUTES,
  variants: { new: { units: 200, errors: 3 }, old: { units: 800, errors: 8 } },
});

const decided = (asked: DecisionModels, rollout: Rollout, windows: readonly ClosedWindow[]): Outcome =>
  decide(observationWith(asked, rollout, windows), asked);

const alarming = models(served(always(5)));

describe('an alarm of the risk model', () => {
  it('takes the rollout back where the plan says so and a guardrail speaks of harm too, with its numbers', () => {
    const { decision, assessment } = decided(alarming, aWatchedRollout(), doubtful);
    expect(decision).toMatchObject({ action: 'rollback', coverage: 0, reasons: [{ code: 'riskAlarm' }] });
    expect(decision.reasons[0]!.message).toContain('score 5, threshold 3');
    expect(assessment.learned).toMatchObject([
      { treatment: 'new', risk: 'risk-1', score: 5, threshold: 3, advice: 'rollBack', reason: 'alarm', fault: null },
    ]);
    expect(assessment.learned![0]!.vector).toHaveLength(42);
  });

  it('holds where the plan lets it only hold, and says what would release it', () => {
    const { decision } = decided(alarming, aWatchedRollout({ riskModel: 'hold' }), doubtful);
    expect(decision.action).toBe('hold');
    expect(decision.reasons[0]).toMatchObject({ code: 'riskAlarm', releasedBy: expect.stringContaining('a person') });
  });

  it('holds as long as no guardrail supports it', () => {
    const { decision } = decided(alarming, aWatchedRollout(), healthy);
    expect([decision.action, decision.reasons[0]!.code]).toEqual(['hold', 'riskSuspicion']);
  });

  it('holds while a person has paused the rollout, which guardrails would not', () => {
    const outcome = decided(alarming, aWatchedRollout({}, { phase: 'paused' }), doubtful);
    expect(outcome.decision.action).toBe('hold');
    expect(codesOf(outcome).slice(0, 2)).toEqual(['paused', 'riskAlarm']);
  });

  it('comes after a guardrail that is breached', () => {
    expect(codesOf(decided(alarming, aWatchedRollout({ alpha: 0.05 }), doubtful))).toEqual(['guardrailBreach']);
  });

  it('is none of a rollout whose plan does not ask for it', () => {
    const outcome = decided(alarming, aWatchedRollout({ riskModel: 'off' }), healthy);
    expect(outcome).toEqual(decide(observationWith(alarming, aWatchedRollout({ riskModel: 'off' }), healthy)));
    expect(outcome.decision.action).toBe('ramp');
    expect(outcome.evidence.learned).toBeUndefined();
  });
});

describe('networks that disagree', () => {
  it('hold, whatever their mean', () => {
    const { decision } = decided(models(served([...always(4), ...always(-5)])), aWatchedRollout(), healthy);
    expect([decision.action, decision.reasons[0]!.code]).toEqual(['hold', 'riskUncertain']);
  });
});

describe('without a model that can be asked', () => {
  const alone = decide(observationOf(aWatchedRollout(), healthy)).decision;

  it.each([
    ['none is in use', models(null), models(null)],
    ['the named one is not at hand', alarming, models(null)],
    ['another artefact goes by its name', alarming, models({ ...served(always(5)), hash: 'other' })],
    ['it is not calibrated', ...twice(models(served(always(5), { calibration: NO_CALIBRATION })))],
    ['its scores are no numbers', ...twice(models(served([logistic(1e308, { traffic: 1e308 })])))],
  ])('the guardrails decide alone in the same pass, and say so: %s', (_, named, held) => {
    const { decision } = decide(observationWith(named, aWatchedRollout(), healthy), held);
    expect(decision).toMatchObject({ action: alone.action, coverage: alone.coverage });
    expect(decision.reasons.slice(0, alone.reasons.length)).toEqual(alone.reasons);
    expect(decision.reasons.slice(alone.reasons.length).map(({ code }) => code)).toEqual(['modelUnavailable']);
  });

  it('an observation that names none is decided as if there were no learned parts at all', () => {
    const plain = aWatchedRollout();
    const { riskModel: _r, beyondHalf: _b, riskGroups: _g, ...definition } = plain.definition;
    const expected = decide(observationOf({ ...plain, definition }, doubtful));
    expect(decide(observationOf(plain, doubtful), alarming)).toEqual(expected);
  });

  it('one that is off stays off, and one of windows longer than a minute is not asked', () => {
    const broken = models(served([logistic(1e308, { traffic: 1e308 })]));
    const { evidence } = decided(broken, aWatchedRollout(), healthy);
    expect(evidence.learned!['new']!.risk.state.isOff).toBe(true);
    const long = decided(alarming, aWatchedRollout({ windowMs: 120_000 }), []);
    expect(long.assessment.learned).toBeUndefined();
  });
});

describe('a model that is more than 30 days old', () => {
  it('may hold and not roll back, and says so', () => {
    const windows = doubtful;
    const fittedAtMs = windows[0]!.startMs - 31 * 86_400_000;
    const outcome = decided(models({ ...served(always(5)), fittedAtMs }), aWatchedRollout(), windows);
    expect(outcome.decision.action).toBe('hold');
    expect(codesOf(outcome)).toEqual(expect.arrayContaining(['riskSuspicion', 'modelStale']));
    const young = decided(
      models({ ...served(always(5)), fittedAtMs: fittedAtMs + 3 * 86_400_000 }),
      aWatchedRollout(),
      windows,
    );
    expect(young.decision.action).toBe('rollback');
  });
});

describe('a rollout like none before', () => {
  const calm = served(always(-9));

  it('takes steps that at most double coverage', () => {
    const usual = decided(models(calm, aNoveltyModel(1e6)), aWatchedRollout({}, { coverage: 20_000 }), healthy);
    expect(usual.decision).toMatchObject({ action: 'ramp', coverage: 50_000 });
    const novel = decided(models(calm, aNoveltyModel(0)), aWatchedRollout({}, { coverage: 20_000 }), healthy);
    expect(novel.decision).toMatchObject({ action: 'ramp', coverage: 40_000 });
    expect(codesOf(novel)).toContain('novelRollout');
  });

  it('is not taken back by the risk model, only held', () => {
    const asked = models(served(always(5)), aNoveltyModel(0));
    const { decision } = decided(asked, aWatchedRollout(), doubtful);
    expect([decision.action, decision.reasons[0]!.code]).toEqual(['hold', 'riskSuspicion']);
  });
});

describe('a risk score that stays low', () => {
  const atHalf = (count: number) =>
    someWindows({
      count,
      coverage: 50_000,
      variants: { new: { units: 40, errors: 1 }, old: { units: 40, errors: 1 } },
    });
  const plan = (beyondHalf: 'evidence' | 'evidence-or-model') =>
    aWatchedRollout({ beyondHalf, nonInferiorityMargin: 0.05 }, { coverage: 50_000 });
  const calm = models(served(always(-9)));

  it('opens the way beyond one half where the plan accepts that, after a quarter of an hour', () => {
    const opened = decided(calm, plan('evidence-or-model'), atHalf(100));
    expect(opened.decision).toMatchObject({ action: 'ramp', coverage: 95_000 });
    expect(codesOf(opened)).toContain('calmRisk');
    expect(decided(calm, plan('evidence-or-model'), atHalf(80)).decision.action).toBe('hold');
  });

  it('opens nothing in a plan that asks for evidence, or where the rollout is like none before', () => {
    expect(codesOf(decided(calm, plan('evidence'), atHalf(100)))).toContain('notYetNonInferior');
    const novel = models(calm.risk, aNoveltyModel(0));
    expect(codesOf(decided(novel, plan('evidence-or-model'), atHalf(100)))).toContain('notYetNonInferior');
  });

  const selling = (treated: number) =>
    atHalf(100).map((window) => {
      const shown = variantsIn(window);
      return { ...window, ...fromOneSource({ new: sold(shown['new']!, treated), old: sold(shown['old']!, 400) }) };
    });
  const sellingPlan = (changed: Partial<RolloutDefinition> = {}) => {
    const { definition, state } = plan('evidence-or-model');
    return { definition: { ...definition, metrics: [...definition.metrics, revenue], ...changed }, state };
  };

  it('answers weak doubt about a mean once patience is over, and says so; no strong one', () => {
    const low = models(served(always(-2)));
    const over = sellingPlan({ patienceMs: 600_000 });
    const opened = decided(low, over, selling(385));
    expect(opened.decision).toMatchObject({ action: 'ramp', coverage: 95_000 });
    expect(opened.decision.reasons.at(-1)).toMatchObject({ code: 'calmRisk' });
    expect(opened.decision.reasons.at(-1)!.message).toMatch(/^revenue: after 10 min the data make harm .* a little/);
    // Nothing is said of doubt where there is none.
    expect(codesOf(decided(low, over, selling(400)))).not.toContain('calmRisk');
    const strong = decided(low, over, selling(330));
    expect(strong.assessment.treatments[0]!.guardrails.at(-1)!.evidence.log10).toBeGreaterThan(0.5);
    expect([strong.decision.action, codesOf(strong)]).toEqual(['hold', expect.arrayContaining(['notYetNonInferior'])]);
  });

  it('answers none before patience is over, where it is not low, or where the plan asks for evidence', () => {
    const low = models(served(always(-2)));
    const over = { patienceMs: 600_000 } as const;
    const waits = (asked: DecisionModels, changed: Partial<RolloutDefinition>) =>
      codesOf(decided(asked, sellingPlan(changed), selling(385)));
    expect(waits(low, {})).toContain('notYetNonInferior');
    expect(waits(models(served(always(-1))), over)).toContain('notYetNonInferior');
    expect(waits(low, { ...over, beyondHalf: 'evidence' })).toContain('notYetNonInferior');
    expect(waits(models(low.risk, aNoveltyModel(0)), over)).toContain('notYetNonInferior');
  });

  it('answers no doubt about a mean, which a model sees no sooner than the data do', () => {
    const rollout = sellingPlan();
    expect(decided(calm, rollout, selling(400)).decision).toMatchObject({ action: 'ramp', coverage: 95_000 });
    const doubted = decided(calm, rollout, selling(380));
    expect(doubted.decision.action).toBe('hold');
    expect(doubted.decision.reasons.map(({ code, message }) => [code, message.split(':')[0]])).toContainEqual([
      'notYetNonInferior',
      'revenue',
    ]);
  });
});

describe('a recorded decision', () => {
  it('can be made again from its record and the artefacts by id', () => {
    const asked = models(served(always(5)), aNoveltyModel(1e6));
    const observation = observationWith(asked, aWatchedRollout(), doubtful);
    const recorded = JSON.parse(JSON.stringify(observation));
    expect(recorded.models).toEqual(modelsInUse(asked));
    const outcome = decide(observation, asked);
    expect(decide(recorded, asked)).toEqual(outcome);
    expect(JSON.parse(JSON.stringify(outcome))).toEqual(outcome);
  });
});

/** The same window, in which a quarter of the units has bought something. */
function sold(shown: VariantWindow, sum: number): VariantWindow {
  const revenue = { kind: 'value', exposures: shown.units, sum, sumOfSquares: sum * 50, nonZero: 10 } as const;
  return { ...shown, metrics: { ...shown.metrics, revenue } };
}

function twice(asked: DecisionModels): readonly [DecisionModels, DecisionModels] {
  return [asked, asked];
}
