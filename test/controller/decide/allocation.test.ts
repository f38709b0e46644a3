import { describe, expect, it } from 'vitest';
import { decide, type Observation, type Outcome } from '../../../controller/decide/index.ts';
import {
  type Admission,
  type AllocationPlan,
  NO_STEERING,
  type Rollout,
  type RolloutDefinition,
  type RolloutState,
  SHARE_TOTAL,
} from '../../../domain/index.ts';
import { ADAPTIVE, aRollout, errors, purchases, type Shown, START_MS, someWindows, WINDOW_MS } from './builders.ts';

const THIRDS = [33_334, 33_333, 33_333];
const ADMITTED: Admission = { layers: [{ through: 20_000, split: THIRDS }], withdrawn: [] };
const VARIANTS = ['a', 'b', 'c'];

const adaptive = (plan: Partial<AllocationPlan> = {}, state: Partial<RolloutState> = {}, more = {}): Rollout =>
  aRollout(
    {
      treatments: VARIANTS.map((variant, k) => ({ variant, split: THIRDS[k]! })),
      holdback: 10_000,
      stages: [5_000, 20_000, 40_000, 60_000, 90_000].map((coverage) => ({ coverage, dwellMs: 300_000 })),
      metrics: [errors, { ...purchases, role: 'objective' }],
      allocation: { ...ADAPTIVE, ...plan },
      ...more,
    } as Partial<RolloutDefinition>,
    { admission: ADMITTED, ...state },
  );

/** A minute's burn-in, then windows of 300 units in each treatment and 3 600 in control; one in a hundred fails, one in twenty buys. */
const sold = (a: number, b: number, c: number, failures: readonly number[] = [3, 3, 3]): Record<string, Shown> => ({
  a: { units: 300, errors: failures[0]!, purchases: a },
  b: { units: 300, errors: failures[1]!, purchases: b },
  c: { units: 300, errors: failures[2]!, purchases: c },
  old: { units: 3600, errors: 36, purchases: 180 },
});
const EQUAL = sold(15, 15, 15);
const B_AHEAD = sold(15, 17, 15);

function look(rollout: Rollout, variants: Record<string, Shown>, count = 40, more: Partial<Observation> = {}): Outcome {
  const windows = someWindows({ count, variants, coverage: rollout.state.coverage });
  const endMs = START_MS + count * WINDOW_MS;
  return decide({
    nowMs: endMs,
    rollout,
    evidence: null,
    closedThroughMs: endMs,
    windows,
    quarantinedSources: [],
    lateShare: 0,
    ...more,
  });
}

const codes = ({ decision }: Outcome) => decision.reasons.map(({ code }) => code);
const sharesOf = ({ decision }: Outcome) => decision.allocation?.treatments.map(({ share }) => share);

describe('A ramp of a rollout with adaptive allocation', () => {
  it('divides what it admits in favour of what may be the best, by no more than a step allows, and records how', () => {
    const outcome = look(adaptive(), B_AHEAD);
    const { decision } = outcome;
    expect([decision.action, decision.coverage]).toEqual(['ramp', 40_000]);
    expect(codes(outcome)).toEqual(['stageCleared', 'splitAdapted']);
    const [a, b, c] = decision.allocation!.treatments;
    expect(b!.share).toBeGreaterThan(33_334);
    expect(b!.share).toBeLessThanOrEqual(43_334);
    expect(a!.share + b!.share + c!.share).toBe(SHARE_TOTAL);
    expect(b!.bestProbability).toBeGreaterThan(a!.bestProbability!);
    expect(decision.allocation).toMatchObject({ draws: 2000, seed: expect.any(Number) });
    expect(decision.allocation!.admission).toEqual({
      layers: [...ADMITTED.layers, { through: 40_000, split: sharesOf(outcome) }],
      withdrawn: [],
    });
    expect(decision.reasons[1]!.message).toMatch(
      /^new units are divided "a" .* before\): probability of being the best/,
    );
  });

  it('is the same when it is decided again, and goes where it would go with a fixed split', () => {
    const outcome = look(adaptive(), B_AHEAD);
    expect(look(adaptive(), B_AHEAD)).toEqual(outcome);
    const { allocation: _, ...definition } = adaptive().definition;
    const { admission: _admission, ...state } = adaptive().state;
    const fixed = look({ definition, state }, B_AHEAD);
    expect([fixed.decision.action, fixed.decision.coverage]).toEqual(['ramp', 40_000]);
    expect(fixed.decision.allocation).toBeUndefined();
    expect(fixed.evidence.allocation).toBeUndefined();
  });

  it('keeps the split while the last one is too young, or was seen by too few', () => {
    const young = look(adaptive({ epochMs: 3_600_000 }), B_AHEAD);
    expect(codes(young)).toEqual(['stageCleared', 'splitKept']);
    expect(sharesOf(young)).toEqual(THIRDS);
    expect(young.decision.reasons[1]!.message).toContain('a split holds for 60 min at least');
    const few = look(adaptive({ minUnits: 100_000 }), B_AHEAD);
    expect(few.decision.reasons[1]!.message).toContain('of the 100000 units that another split needs');
  });

  it('keeps the split where every unit up to there has its treatment, as after a fall of coverage or in the last layer', () => {
    const layers = [...ADMITTED.layers, { through: SHARE_TOTAL, split: THIRDS }];
    const outcome = look(adaptive({}, { admission: { layers, withdrawn: [] } }), B_AHEAD);
    expect([outcome.decision.action, ...codes(outcome)]).toEqual(['ramp', 'stageCleared', 'splitKept']);
    expect(outcome.decision.allocation!.admission.layers).toEqual(layers);
    expect(outcome.decision.reasons[1]!.message).toContain('none of those up to there is without a treatment');
  });

  it('counts the time from the newest split', () => {
    const first = look(adaptive(), B_AHEAD);
    expect(first.evidence.allocation!.splitAtMs).toBe(START_MS + 40 * WINDOW_MS);
    const held = look(adaptive(), B_AHEAD, 10);
    expect([held.decision.action, held.evidence.allocation!.splitAtMs]).toEqual(['hold', null]);
  });

  it('says nothing of shares while it holds', () => {
    expect(look(adaptive(), B_AHEAD, 10).decision.allocation).toBeUndefined();
  });

  it('lets no treatment rise that may do harm in a segment', () => {
    const rollout = adaptive({}, {}, { segments: ['country'] });
    const windows = someWindows({ count: 40, variants: B_AHEAD }).map((window) => {
      const variants = Object.entries(window.sources['app']!.variants).map(([variant, shown]) => {
        const rate = (exposures: number, events: number) => ({ errors: { kind: 'rate', exposures, events } as const });
        const small = rate(shown.units / 10, (shown.units / 10) * (variant === 'b' ? 0.02 : 0.01));
        return [
          variant,
          {
            ...shown,
            segments: {
              'country=large': rate((shown.units * 9) / 10, (shown.units * 9) / 1000),
              'country=small': small,
            },
          },
        ];
      });
      return { ...window, sources: { app: { ...window.sources['app']!, variants: Object.fromEntries(variants) } } };
    });
    const outcome = look(rollout, B_AHEAD, 40, { windows });
    const [, b] = outcome.decision.allocation!.treatments;
    expect(b).toMatchObject({ variant: 'b', isCapped: true });
    expect(b!.share).toBeLessThanOrEqual(33_333);
    expect(outcome.decision.reasons.at(-1)!.message).toContain(
      '"b" may not rise, for it may do harm where country=small',
    );
  });
});

describe('A treatment that does harm', () => {
  const HARMFUL = sold(15, 15, 15, [3, 3, 60]);

  it('is taken out while the others go on, with its units back in control', () => {
    const outcome = look(adaptive(), HARMFUL);
    expect([outcome.decision.action, outcome.decision.coverage]).toEqual(['hold', 20_000]);
    expect(codes(outcome).slice(0, 2)).toEqual(['treatmentWithdrawn', 'guardrailBreach']);
    expect(outcome.decision.allocation!.admission).toEqual({ ...ADMITTED, withdrawn: ['c'] });
    expect(sharesOf(outcome)![2]).toBe(0);
    expect(sharesOf(outcome)!.reduce((sum, share) => sum + share, 0)).toBe(SHARE_TOTAL);
  });

  it('is looked at by no gate any more', () => {
    const before = look(adaptive(), HARMFUL);
    const sinceMs = START_MS + 40 * WINDOW_MS;
    const admission = before.decision.allocation!.admission;
    const rollout = adaptive({}, { admission, coverageSinceMs: sinceMs });
    const count = 40;
    const { c: _, ...others } = sold(15, 15, 15);
    const after = look(rollout, EQUAL, 0, {
      nowMs: sinceMs + count * WINDOW_MS,
      evidence: before.evidence,
      closedThroughMs: sinceMs + count * WINDOW_MS,
      windows: someWindows({
        count,
        fromMs: 40 * WINDOW_MS,
        variants: { ...others, old: { units: 3900, errors: 39, purchases: 195 } },
      }),
    });
    expect(after.assessment.treatments.map(({ treatment }) => treatment)).toEqual(['a', 'b']);
    expect(after.assessment.withdrawn!.map(({ treatment }) => treatment)).toEqual(['c']);
    expect(after.assessment.sampleRatio.mismatchAtMs).toBeNull();
    expect(after.decision.action).toBe('ramp');
    expect(sharesOf(after)![2]).toBe(0);
    expect(after.assessment.allocation!.treatments.map(({ isWithdrawn }) => isWithdrawn)).toEqual([false, false, true]);
  });

  it('is taken out of a paused rollout, too', () => {
    expect(look(adaptive({}, { phase: 'paused' }), HARMFUL).decision.allocation!.admission.withdrawn).toEqual(['c']);
  });

  it('stays where a person wants advice only, or nothing at all', () => {
    const advised = look(adaptive({}, { steering: { ...NO_STEERING, mode: 'advise' } }), HARMFUL);
    expect(advised.decision.allocation).toBeUndefined();
    expect(codes(advised).slice(0, 2)).toEqual(['adviseOnly', 'treatmentWithdrawn']);
    const off = look(adaptive({}, { steering: { ...NO_STEERING, mode: 'off' } }), HARMFUL);
    expect([off.decision.allocation, codes(off)]).toEqual([undefined, ['modeOff']]);
  });

  it('takes everything back where it is the last, or where the split is fixed', () => {
    const all = look(adaptive(), sold(15, 15, 15, [60, 60, 60]));
    expect([all.decision.action, all.decision.allocation]).toEqual(['rollback', undefined]);
    const fixed = look(adaptive({ policy: 'fixed' }), HARMFUL);
    expect(fixed.decision.action).toBe('rollback');
  });
});

describe('A treatment that is the best', () => {
  const FAR_AHEAD = sold(15, 30, 15);

  it('takes all new units, and people are told so in every decision', () => {
    const outcome = look(adaptive(), FAR_AHEAD);
    expect(outcome.assessment.allocation!.best!.variant).toBe('b');
    expect(codes(outcome)).toEqual(['stageCleared', 'bestTreatment', 'splitAdapted']);
    expect(sharesOf(outcome)).toEqual([0, SHARE_TOTAL, 0]);
    const [a, b] = outcome.assessment.allocation!.treatments;
    expect(b!.log10).toBeGreaterThan(outcome.assessment.allocation!.lineLog10);
    expect(a!.log10).toBeLessThan(outcome.assessment.allocation!.lineLog10);
    expect(b!.againstControl!.lower).toBeGreaterThan(0.5);
    expect(codes(look(adaptive({}, { phase: 'paused' }), FAR_AHEAD)).at(-1)).toBe('bestTreatment');
  });

  it('is a matter of advice where the plan says so', () => {
    const outcome = look(adaptive({ onBest: 'advise' }), FAR_AHEAD);
    expect(codes(outcome)).toEqual(['stageCleared', 'bestTreatment', 'splitAdapted']);
    expect(sharesOf(outcome)![1]).toBeLessThanOrEqual(43_334);
    expect(Math.min(...sharesOf(outcome)!)).toBeGreaterThanOrEqual(5_000);
  });

  it('is nobody while all sell the same', () => {
    expect(look(adaptive(), EQUAL, 200).assessment.allocation!.best).toBeNull();
  });

  it('is found anew without a source that lied', () => {
    const found = look(adaptive(), FAR_AHEAD);
    const again = look(adaptive(), EQUAL, 0, {
      nowMs: START_MS + 40 * WINDOW_MS,
      evidence: found.evidence,
      quarantinedSources: ['app'],
    });
    expect(again.assessment.allocation!.best).toBeNull();
  });
});
