import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, judgedRollout, planJudgement } from '../../../controller/index.ts';
import { allocationAt, durationBinOf, intendedShares } from '../../../domain/index.ts';
import type { JudgeInput } from '../../../domain/schema/index.ts';
import { judged, windowsOf } from './builders.ts';

const HEALTHY = windowsOf({ windows: 40, stable: 0.01, canary: 0.01 });
const BROKEN = windowsOf({ windows: 20, stable: 0.01, canary: 0.06 });

describe('the verdict', () => {
  it('is fail for a treatment that is worse, with the reason in the words of a decision', () => {
    const { summary, reasons, treatments } = judged({ control: 'stable', windows: BROKEN });
    expect(summary.verdict).toBe('fail');
    expect(summary.evidenceLog10).toBeGreaterThan(summary.lineLog10);
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatchObject({
      code: 'guardrailBreach',
      message: expect.stringMatching(/^errors: treatment "canary" fails \d\S* % of units against \S+ % in control/),
    });
    expect(summary.reason).toBe(reasons[0]!.message);
    expect(treatments[0]!.guardrails[0]).toMatchObject({ metric: 'errors', verdict: 'fail' });
  });

  it('is the other way round when control is named the other way round', () => {
    expect(judged({ control: 'canary', windows: BROKEN }).summary.verdict).toBe('pass');
  });

  it('is pass once a sound treatment is shown to be sound, and inconclusive with a need before', () => {
    expect(judged({ control: 'stable', windows: HEALTHY })).toMatchObject({
      summary: { verdict: 'pass' },
      reasons: [],
    });
    const early = judged({ control: 'stable', windows: HEALTHY.slice(0, 1) });
    expect(early.summary.verdict).toBe('inconclusive');
    expect(early.reasons[0]).toMatchObject({
      code: 'notYetNonInferior',
      releasedBy: expect.stringMatching(/^about \d+ more exposures, .* at the traffic so far/),
    });
    expect(early.treatments[0]!.guardrails[0]!.need!.toSafety).toBeGreaterThan(0);
  });

  it('is inconclusive while a variant has fewer exposures than needed, however clear they are', () => {
    const { summary, reasons } = judged({ control: 'stable', windows: HEALTHY, minExposures: 20_000 });
    expect(summary.verdict).toBe('inconclusive');
    expect(reasons.map(({ message }) => message)).toEqual([
      '"stable" was seen by 16000 of the 20000 requests needed',
      '"canary" was seen by 16000 of the 20000 requests needed',
    ]);
  });

  it('is noData where a guardrail cannot be compared, unless its policy is to ignore that', () => {
    const metrics: JudgeInput['metrics'] = [{ metric: 'errors' }, { metric: 'latency', graceMs: 0 }];
    const missing = judged({ control: 'stable', windows: HEALTHY, metrics });
    expect(missing.summary.verdict).toBe('noData');
    expect(missing.reasons[0]!.message).toContain('latency: nothing was heard from treatment "canary" and control');
    const ignored = judged({
      control: 'stable',
      windows: HEALTHY,
      metrics: [metrics[0]!, { metric: 'latency', noData: 'ignore' }],
    });
    expect(ignored.summary.verdict).toBe('pass');
    const alone = judged({
      control: 'stable',
      windows: HEALTHY,
      metrics: [
        { metric: 'latency', noData: 'ignore' },
        { metric: 'errors', role: 'diagnostic' },
      ],
    });
    expect(alone.summary.verdict).toBe('noData');
  });

  it('is noData without control, for there is nothing to compare with', () => {
    const alone = HEALTHY.map(({ variants, ...time }) => ({ ...time, variants: { canary: variants['canary']! } }));
    expect(judged({ control: 'stable', windows: alone }).summary.verdict).toBe('noData');
  });

  it('looks at every treatment', () => {
    const windows = BROKEN.map(({ variants, ...time }, index) => ({
      ...time,
      variants: { ...variants, sound: HEALTHY[index]!.variants['canary']! },
    }));
    const { summary, treatments } = judged({ control: 'stable', windows });
    expect(summary.verdict).toBe('fail');
    expect(treatments.map(({ treatment, guardrails }) => [treatment, guardrails[0]!.verdict])).toEqual([
      ['canary', 'fail'],
      ['sound', expect.not.stringMatching('fail')],
    ]);
  });

  it('counts what comes in burn-in apart', () => {
    const troubled = [...BROKEN.slice(0, 3), ...HEALTHY.slice(3)];
    expect(judged({ control: 'stable', windows: troubled }).treatments[0]!.guardrails[0]!.treatment.exposures).toBe(
      16_000,
    );
    const spared = judged({ control: 'stable', windows: troubled, burnInMs: 180_000 });
    expect(spared.treatments[0]!.guardrails[0]!).toMatchObject({
      treatment: { exposures: 37 * 400 },
      burnIn: { treatment: { exposures: 3 * 400 } },
    });
  });

  it('of durations needs a second window, because what is slow is learned from those before', () => {
    const slow = (factor: number) => ({
      metrics: {
        latency: {
          kind: 'duration' as const,
          exposures: 900,
          bins: Object.fromEntries(
            [
              [50, 800],
              [200, 100],
            ].map(([ms, count]) => [String(durationBinOf(ms! * factor)), count!]),
          ),
        },
      },
    });
    const windows = Array.from({ length: 20 }, (_, index) => ({
      startMs: index,
      endMs: index + 1,
      variants: { stable: slow(1), canary: slow(8) },
    }));
    expect(judged({ control: 'stable', windows: windows.slice(0, 1) }).reasons[0]!.message).toContain('second window');
    expect(judged({ control: 'stable', windows }).summary.verdict).toBe('fail');
  });
});

describe('the evidence', () => {
  it('is what a rollout would have of the same windows', () => {
    const planned = planJudgement({ control: 'stable', windows: BROKEN.slice(0, 5), counts: 'units' });
    if (!('windows' in planned)) throw new Error('no windows');
    const rollout = judgedRollout(planned.plan, { startedAtMs: 0, sinceMs: 0, windowMs: 60_000 });
    const windows = planned.windows.map((window) => ({ ...window, coverage: rollout.state.coverage }));
    const nowMs = windows.at(-1)!.endMs;
    const { assessment } = decide({
      nowMs,
      rollout,
      evidence: null,
      closedThroughMs: nowMs,
      windows,
      quarantinedSources: [],
      lateShare: 0,
    });
    expect(judged({ control: 'stable', windows: BROKEN.slice(0, 5), counts: 'units' }).treatments).toEqual(
      assessment.treatments,
    );
  });

  it('does not depend on the order in which windows are sent', () => {
    const inOrder = judged({ control: 'stable', windows: HEALTHY });
    const shuffled = fc.shuffledSubarray([...HEALTHY], { minLength: HEALTHY.length, maxLength: HEALTHY.length });
    fc.assert(
      fc.property(shuffled, (windows) => {
        expect(judged({ control: 'stable', windows })).toEqual(inOrder);
      }),
      { seed: 4, numRuns: 5 },
    );
  });

  it('is weaker for requests, whose troubles come in bursts, than for units', () => {
    const log10 = (counts: 'requests' | 'units') =>
      judged({ control: 'stable', windows: BROKEN, counts }).summary.evidenceLog10;
    expect(log10('units')).toBeGreaterThan(log10('requests'));
  });

  it('convicts fewer than alpha of the harmless', () => {
    // 300 judgements at alpha 0.1: more than 30 + 2 × 5.2 would be too many by chance in one of 40 such tests.
    let convicted = 0;
    for (let seed = 0; seed < 300; seed += 1) {
      const windows = windowsOf({ windows: 12, stable: 0.03, canary: 0.03, exposures: 100 }, seed);
      if (judged({ control: 'stable', windows, counts: 'units', alpha: 0.1 }).summary.verdict === 'fail')
        convicted += 1;
    }
    expect(convicted).toBeLessThan(40);
  });

  it('cannot be brought about by a shared incident', () => {
    const windows = Array.from({ length: 20 }, (_, index) => {
      const rate = index < 10 ? 0.01 : 0.2;
      return windowsOf({ windows: index + 1, stable: rate, canary: rate }, index)[index]!;
    });
    const { summary, incidents, reasons } = judged({ control: 'stable', windows });
    expect(summary.verdict).not.toBe('fail');
    expect(incidents).toHaveLength(1);
    expect(reasons.map(({ code }) => code)).toContain('sharedIncident');
  });
});

describe('the sample ratio', () => {
  const withUnits = (stable: number, canary: number) =>
    windowsOf({ windows: 30, stable: 0.01, canary: 0.01 }).map((window) => ({
      ...window,
      variants: {
        stable: { metrics: { errors: { kind: 'rate' as const, exposures: stable, events: Math.round(stable / 100) } } },
        canary: { metrics: { errors: { kind: 'rate' as const, exposures: canary, events: Math.round(canary / 100) } } },
      },
    }));
  const input = { control: 'stable', counts: 'units', shares: { stable: 90_000, canary: 10_000 } } as const;

  it('is judged against the intended shares', () => {
    const kept = judged({ ...input, windows: withUnits(9_000, 1_000) });
    expect(kept).toMatchObject({ summary: { verdict: 'pass' }, sampleRatio: { mismatchAtMs: null } });
    const lost = judged({ ...input, windows: withUnits(9_000, 800) });
    expect(lost.summary.verdict).toBe('inconclusive');
    expect(lost.reasons.map(({ code }) => code)).toContain('sampleRatioMismatch');
    expect(lost.sampleRatio!.log10).toBeGreaterThan(lost.sampleRatio!.lineLog10);
  });

  it('is not judged without them', () => {
    const { shares: _shares, ...without } = input;
    expect(judged({ ...without, windows: withUnits(9_000, 800) })).toMatchObject({
      summary: { verdict: 'pass' },
      sampleRatio: null,
    });
  });

  it('counts units that come back once, where the windows say so', () => {
    const windows = withUnits(9_000, 800).map(({ variants, ...time }, index) => ({
      ...time,
      variants: {
        stable: { ...variants.stable, newUnits: index === 0 ? 9_000 : 0 },
        canary: { ...variants.canary, newUnits: index === 0 ? 800 : 200 * Number(index === 1) },
      },
    }));
    expect(judged({ ...input, windows }).sampleRatio!.log10).toBeLessThan(0);
  });

  it('has exactly the intended shares, whatever they are', () => {
    const shares = fc
      .array(fc.integer({ min: 1, max: 9_000 }), { minLength: 1, maxLength: 10 })
      .map((parts) => ({ parts, control: 100_000 - parts.reduce((sum, part) => sum + part, 0) }));
    fc.assert(
      fc.property(shares, ({ parts, control }) => {
        const treatments = parts.map((_, index) => `t${index}`);
        const given = Object.fromEntries([['c', control], ...parts.map((part, index) => [`t${index}`, part])]);
        const [{ variants: _variants, ...time }] = HEALTHY as [(typeof HEALTHY)[0]];
        const planned = planJudgement({
          control: 'c',
          treatments,
          counts: 'units',
          shares: given,
          metrics: [{ metric: 'errors' }],
          windows: [{ ...time, variants: {} }],
        });
        const { definition, state } = judgedRollout(planned.plan, { startedAtMs: 0, sinceMs: 0, windowMs: 1 });
        expect(intendedShares(allocationAt(definition, state.coverage, state.admission))).toEqual({
          treatments: parts,
          control,
        });
      }),
      { seed: 11, numRuns: 300 },
    );
  });
});

describe('the notes', () => {
  it('warn of a single window that holds everything', () => {
    const [first] = windowsOf({ windows: 1, stable: 0.01, canary: 0.01, exposures: 20_000 });
    const { notes, summary } = judged({ control: 'stable', windows: [first!] });
    expect(summary.verdict).toBe('pass');
    expect(notes).toEqual([{ code: 'oneWindow', message: expect.stringContaining('constant shares') }]);
    expect(judged({ control: 'stable', windows: HEALTHY }).notes).toEqual([]);
  });
});
