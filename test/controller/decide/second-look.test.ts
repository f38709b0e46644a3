import { describe, expect, it } from 'vitest';
import { type DecisionModels, decide, type Outcome, type RolloutEvidence } from '../../../controller/decide/index.ts';
import { type ClosedWindow, NO_STEERING, type RolloutDefinition, type RolloutState } from '../../../domain/index.ts';
import { codesOf, errors, fromOneSource, revenue, START_MS, sales, someWindows, variantsIn } from './builders.ts';
import { always, aNoveltyModel, aWatchedRollout, models, observationWith, served } from './learned/some-models.ts';

const MINUTE_MS = 60_000;
const FULL = 95_000;

const PLAN: Partial<RolloutDefinition> = {
  stages: [5_000, 20_000, 50_000, FULL].map((coverage) => ({ coverage, dwellMs: 5 * MINUTE_MS })),
  bakeMs: 600 * MINUTE_MS,
  riskModel: 'hold',
  secondLook: true,
};

/** Both sides fail for one unit in a hundred; `harm` times as often where the change is. */
const shown = (coverage: number, harm = 1) => ({
  new: { units: coverage / 50, errors: Math.round((coverage / 5_000) * harm) },
  old: { units: (100_000 - coverage) / 50, errors: Math.round((100_000 - coverage) / 5_000) },
});

const windowsAt = (coverage: number, minutes: number, harm?: number, fromMs = 0) =>
  someWindows({ count: minutes * 6, coverage, fromMs, variants: shown(coverage, harm) });

/** The decision after so many minutes at full coverage. */
const atFull = (
  asked: DecisionModels,
  minutes: number,
  plan: Partial<RolloutDefinition> = {},
  state: Partial<RolloutState> = {},
): Outcome => {
  const rollout = aWatchedRollout({ ...PLAN, ...plan }, { coverage: FULL, ...state });
  return decide(observationWith(asked, rollout, windowsAt(FULL, minutes)), asked);
};

/** The decision after so many minutes of the second look that followed. */
const inLook = (asked: DecisionModels, minutes: number, looksBefore = 0): Outcome => {
  const first = windowsAt(FULL, 20);
  const { evidence } = atFull(models(served(always(0))), 20);
  const before = { ...evidence, stage: { ...evidence.stage, looks: looksBefore, isLook: false } };
  return lookAfter(asked, looksBefore === 0 ? evidence : before, first, minutes);
};

const lookAfter = (
  asked: DecisionModels,
  evidence: RolloutEvidence,
  before: readonly ClosedWindow[],
  minutes: number,
): Outcome => {
  const sinceMs = before.at(-1)!.endMs;
  const rollout = aWatchedRollout(PLAN, { coverage: 50_000, coverageSinceMs: sinceMs });
  const windows = windowsAt(50_000, minutes, 1, sinceMs - START_MS);
  return decide({ ...observationWith(asked, rollout, windows), evidence }, asked);
};

describe('a rollout beyond one half with a score that does not settle', () => {
  const unsettled = models(served(always(-0.4)));

  it('goes back to one half for a second look, twenty minutes after it came there', () => {
    expect(codesOf(atFull(unsettled, 19))).toEqual(['baking']);
    const { decision } = atFull(unsettled, 20);
    expect(decision).toMatchObject({ action: 'stepBack', coverage: 50_000, reasons: [{ code: 'secondLook' }] });
    expect(decision.reasons[0]!.message).toContain('a score of -0.4 by model risk-1');
  });

  it('stays where the plan wants no second look, the score is low, or the plan does not listen to the model', () => {
    const { secondLook: _none, ...plain } = PLAN;
    const rollout = aWatchedRollout(plain, { coverage: FULL });
    expect(codesOf(decide(observationWith(unsettled, rollout, windowsAt(FULL, 40)), unsettled))).toEqual(['baking']);
    expect(codesOf(atFull(models(served(always(-0.6))), 40))).toEqual(['baking']);
    expect(codesOf(atFull(unsettled, 40, { riskModel: 'off' }))).toEqual(['baking']);
  });

  it('stays while people or the data speak against any move', () => {
    const paused = atFull(unsettled, 40, {}, { phase: 'paused' });
    expect([paused.decision.action, codesOf(paused)[0]]).toEqual(['hold', 'paused']);
    const pin = { owner: 'ada', untilMs: START_MS + 99 * MINUTE_MS, reason: '' };
    const pinned = atFull(unsettled, 40, {}, { steering: { ...NO_STEERING, pin } });
    expect([pinned.decision.action, codesOf(pinned)[0]]).toEqual(['hold', 'pinned']);
    const rollout = aWatchedRollout(PLAN, { coverage: FULL });
    const old = { ...observationWith(unsettled, rollout, windowsAt(FULL, 40)), nowMs: START_MS + 90 * MINUTE_MS };
    expect(codesOf(decide(old, unsettled))).toContain('staleData');
    expect(decide(old, unsettled).decision.action).toBe('hold');
  });

  it('is only advised where a person wants advice only', () => {
    const { decision } = atFull(unsettled, 20, {}, { steering: { ...NO_STEERING, mode: 'advise' } });
    expect(decision).toMatchObject({ action: 'hold', advice: { action: 'stepBack', coverage: 50_000 } });
    expect(decision.reasons[0]!.message).toContain('step back to 50 %');
  });

  const again = (score: number, looks: number) => {
    const asked = models(served(always(score)));
    const { evidence } = atFull(asked, 1);
    const stage = { ...evidence.stage, looks, isLook: false };
    const rollout = aWatchedRollout(PLAN, { coverage: FULL });
    const windows = windowsAt(FULL, 30, 1, MINUTE_MS);
    return decide({ ...observationWith(asked, rollout, windows), evidence: { ...evidence, stage } }, asked).decision
      .action;
  };

  it('is looked at again only for a higher score each time', () => {
    expect([again(0.4, 1), again(0.6, 1)]).toEqual(['hold', 'stepBack']);
    expect([again(1.4, 2), again(1.6, 2)]).toEqual(['hold', 'stepBack']);
  });

  it('is looked at three times at most', () => {
    expect([again(2, 2), again(2, 3)]).toEqual(['stepBack', 'hold']);
  });
});

describe('a second look', () => {
  it('lasts a quarter of an hour where the score is low, and then the rollout goes on', () => {
    const settled = models(served(always(-2.5)));
    const early = inLook(settled, 14);
    expect([early.decision.action, codesOf(early)[0]]).toEqual(['hold', 'secondLook']);
    expect(inLook(settled, 15).decision).toMatchObject({ action: 'ramp', coverage: FULL });
    expect(inLook(settled, 15).evidence.stage).toMatchObject({ looks: 1, isLook: true });
  });

  it('goes on while the score is not low, and for two hours at most', () => {
    const doubtful = models(served(always(-1.5)));
    const held = inLook(doubtful, 119);
    expect([held.decision.action, codesOf(held)[0]]).toEqual(['hold', 'secondLook']);
    expect(held.decision.reasons[0]!.releasedBy).toBe('doubt that goes away, or 60 s more');
    expect(inLook(doubtful, 120).decision).toMatchObject({ action: 'ramp', coverage: FULL });
  });

  it('counts on in the generation, and is over once the rollout goes on', () => {
    const settled = models(served(always(-2.5)));
    const second = inLook(settled, 15, 1);
    expect(second.evidence.stage).toMatchObject({ looks: 2, isLook: true });
    const sinceMs = second.evidence.newestEndMs!;
    const rollout = aWatchedRollout(PLAN, { coverage: FULL, coverageSinceMs: sinceMs });
    const windows = windowsAt(FULL, 1, 1, sinceMs - START_MS);
    const onward = decide({ ...observationWith(settled, rollout, windows), evidence: second.evidence }, settled);
    expect(onward.evidence.stage).toMatchObject({ looks: 2, isLook: false });
  });
});

describe('without a score to be believed', () => {
  const none = models(null);
  const off = { riskModel: 'off', metrics: [errors] } as const;
  const outcomeOf = (asked: DecisionModels, harm: number, plan: Partial<RolloutDefinition>) => {
    const rollout = aWatchedRollout({ ...PLAN, ...plan }, { coverage: FULL });
    return decide(observationWith(asked, rollout, windowsAt(FULL, 30, harm)), asked);
  };

  it('guardrails whose data speak rather for harm ask for the look', () => {
    const { decision } = outcomeOf(none, 1.4, off);
    expect(decision).toMatchObject({ action: 'stepBack', coverage: 50_000 });
    expect(decision.reasons[0]!.message).toContain('errors: the data speak rather for harm');
    expect(outcomeOf(none, 1, off).decision.action).toBe('hold');
  });

  it('that is so for a rollout like none before, too', () => {
    const novel = { ...models(served(always(0))), novelty: aNoveltyModel(0) };
    expect(outcomeOf(novel, 1, {}).decision.action).toBe('hold');
    expect(outcomeOf(novel, 1.4, {}).decision.action).toBe('stepBack');
  });
});

describe('with a score that is low', () => {
  const calm = models(served(always(-4)));
  /** The treatment spends `fall` less. */
  const withRevenue = (windows: readonly ClosedWindow[], fall: number): readonly ClosedWindow[] =>
    windows.map((window) => {
      const variants = Object.entries(variantsIn(window)).map(([variant, shown]) => {
        const sold = sales(shown.units, variant === 'new' ? fall : 0);
        return [variant, { ...shown, metrics: { ...shown.metrics, revenue: sold } }];
      });
      return { ...window, ...fromOneSource(Object.fromEntries(variants)) };
    });
  const outcomeOf = (fall: number) => {
    const rollout = aWatchedRollout({ ...PLAN, metrics: [errors, revenue] }, { coverage: FULL });
    return decide(observationWith(calm, rollout, withRevenue(windowsAt(FULL, 30), fall)), calm);
  };

  it('a mean whose data speak rather for harm asks for the look too: the model sees it fall no sooner', () => {
    const { decision } = outcomeOf(0.12);
    expect(decision.action).toBe('stepBack');
    expect(decision.reasons[0]!.message).toContain('revenue: the data speak rather for harm');
    expect(outcomeOf(0).decision.action).toBe('hold');
  });
});
