import { describe, expect, it } from 'vitest';
import { decide } from '../../../controller/decide/index.ts';
import {
  aMetric,
  aRollout,
  aVariantWindow,
  codesOf,
  decideAfter,
  errors,
  fromOneSource,
  HEALTHY,
  latency,
  observationOf,
  purchases,
  START_MS,
  someWindows,
  variantsIn,
  WINDOW_MS,
} from './builders.ts';

const BAD = { new: { units: 200, errors: 16 }, old: { units: 800, errors: 8 } };
const healthy = (count: number, fromMs = 0) => someWindows({ count, fromMs, variants: HEALTHY });
const bad = (count: number, fromMs = 0) => someWindows({ count, fromMs, variants: BAD });

/** An hour's sixth at 95 %, with what is left of control. */
const baked = (errorsOfTreatment: number, errorsOfControl = 0) => {
  const variants = { new: { units: 95, errors: errorsOfTreatment }, old: { units: 5, errors: errorsOfControl } };
  return decideAfter(aRollout({}, { coverage: 95_000 }), someWindows({ count: 60, coverage: 95_000, variants }));
};

const allInOneBin = (units: number) => ({ kind: 'duration', exposures: units, bins: { 230: units } }) as const;

describe('guardrails', () => {
  it('given eight times the errors after burn-in, then it rolls back and says so in numbers', () => {
    const { decision } = decideAfter(aRollout(), [...healthy(6), ...bad(6, 60_000)]);
    expect(decision).toMatchObject({ action: 'rollback', coverage: 0 });
    expect(decision.reasons[0]).toEqual({
      code: 'guardrailBreach',
      message: expect.stringMatching(
        /^errors: treatment "new" fails 8 % of units against 1 % in control \(×8, 95 % interval \d[\d.]* to \d[\d.]*\); evidence 10\^\d+\.\d has passed the line 10\^1\.3$/,
      ),
    });
  });

  it('given two units with errors against none, then it waits for a third unit', () => {
    const window = (failed: number) =>
      someWindows({ count: 1, fromMs: 60_000, variants: { new: { units: 10, errors: failed }, old: { units: 9990 } } });
    expect(decideAfter(aRollout(), window(2)).decision.action).toBe('hold');
    expect(decideAfter(aRollout(), window(3)).decision.action).toBe('rollback');
  });

  it('given windows of burn-in only, then a fourfold error rate is taken for cold caches', () => {
    const cold = someWindows({ count: 6, variants: { ...HEALTHY, new: { units: 200, errors: 5 } } });
    const outcome = decideAfter(aRollout(), cold);
    expect(outcome.decision.action).toBe('hold');
    expect(outcome.assessment.treatments[0]?.guardrails[0]).toMatchObject({ verdict: 'noData', effect: null });
  });

  it('given a catastrophe in burn-in, then it does not wait for its end', () => {
    const outcome = decideAfter(
      aRollout(),
      someWindows({ count: 2, variants: { ...HEALTHY, new: { units: 200, errors: 60 } } }),
    );
    expect(outcome.decision.action).toBe('rollback');
    expect(outcome.decision.reasons).toEqual([
      {
        code: 'catastropheInBurnIn',
        message: expect.stringContaining('errors of 30 % of units against 1 % in control'),
      },
    ]);
  });

  it('given a window of an older coverage after a ramp, then it still counts as evidence', () => {
    const old = someWindows({
      count: 1,
      coverage: 5_000,
      variants: { new: { units: 50, errors: 25 }, old: { units: 950, errors: 9 } },
    });
    expect(codesOf(decideAfter(aRollout(), old))[0]).toBe('guardrailBreach');
  });

  it('given conversions that fell by half, then it rolls back although nothing fails', () => {
    const rollout = aRollout({ metrics: [errors, purchases] });
    const variants = { new: { units: 200, purchases: 10 }, old: { units: 800, purchases: 80 } };
    const { decision } = decideAfter(rollout, someWindows({ count: 12, fromMs: 60_000, variants }));
    expect(decision.action).toBe('rollback');
    expect(decision.reasons[0]?.message).toContain('purchases: treatment "new" reaches only 5 % of units against 10 %');
  });

  it('given a treatment that converts nobody at all, then zero events are evidence too', () => {
    const rollout = aRollout({ metrics: [purchases] });
    const variants = { new: { units: 200, purchases: 0 }, old: { units: 800, purchases: 80 } };
    expect(codesOf(decideAfter(rollout, someWindows({ count: 3, fromMs: 60_000, variants })))).toEqual([
      'guardrailBreach',
    ]);
  });

  it.each([
    { slowness: 1, action: 'hold' },
    { slowness: 0.7, action: 'hold' },
    { slowness: 1.4, action: 'rollback' },
  ] as const)('given durations times $slowness, then it decides $action', ({ slowness, action }) => {
    const same = { new: { units: 200, slowness: 1 }, old: { units: 800, slowness: 1 } };
    const windows = [
      ...someWindows({ count: 6, variants: same }),
      ...someWindows({ count: 20, fromMs: 60_000, variants: { ...same, new: { units: 200, slowness } } }),
    ];
    const { decision, assessment } = decideAfter(aRollout({ metrics: [latency] }), windows, 260_000);
    expect(decision.action).toBe(action);
    const guardrail = assessment.treatments[0]!.guardrails[0]!;
    expect(guardrail.slowAboveMs).toBeGreaterThan(190);
    expect(guardrail.slowAboveMs).toBeLessThan(235);
    if (action === 'rollback') {
      expect(decision.reasons[0]?.message).toMatch(
        /^latency: \d[\d.]* % of the units of treatment "new" are slower than control's p95 of 2\d\d ms, against/,
      );
      expect(guardrail.treatment.p95Ms).toBeGreaterThan(guardrail.control.p95Ms!);
    }
  });

  it('given several guardrails, none of which decides alone, then together they do, and the worst is named', () => {
    const crashes = aMetric({ metric: 'crashes', signal: 'event' });
    const variants = { new: { units: 200, errors: 6 }, old: { units: 800, errors: 8 } };
    const both = someWindows({ count: 12, fromMs: 60_000, variants }).map((window) => ({
      ...window,
      ...fromOneSource(
        Object.fromEntries(
          Object.entries(variantsIn(window)).map(([variant, shown]) => [
            variant,
            { ...shown, metrics: { ...shown.metrics, crashes: shown.metrics['errors']! } },
          ]),
        ),
      ),
    }));
    const rollout = aRollout({ metrics: [errors, crashes] });
    const outcomes = both.map((_, index) => decideAfter(rollout, both.slice(0, index + 1)));
    const first = outcomes.find(({ decision }) => decision.action === 'rollback')!;
    const [treatment] = first.assessment.treatments;
    expect(treatment!.guardrails.every(({ evidence }) => evidence.log10 < evidence.lineLog10)).toBe(true);
    expect(treatment!.guardrails.map(({ verdict }) => verdict)).toContain('fail');
    expect(first.decision.reasons).toHaveLength(1);
  });

  it('given two treatments, then each faces a line twice as high, and the harmful one is named', () => {
    const treatments = [
      { variant: 'a', split: 50_000 },
      { variant: 'b', split: 50_000 },
    ];
    const variants = { a: { units: 100, errors: 1 }, b: { units: 100, errors: 9 }, old: { units: 800, errors: 8 } };
    const windows = someWindows({ count: 9, fromMs: 60_000, variants });
    const { decision, assessment } = decideAfter(aRollout({ treatments }), windows);
    expect(decision.reasons.map(({ message }) => message)).toEqual([expect.stringContaining('treatment "b"')]);
    const line = aRollout().definition.alpha - 0.001;
    expect(assessment.treatments.map(({ combined }) => combined.lineLog10)).toEqual([
      expect.closeTo(Math.log10(2 / line), 10),
      expect.closeTo(Math.log10(2 / line), 10),
    ]);
  });

  it('given evidence that passed its line and fell again within one pass, then the line stays passed', () => {
    const better = someWindows({
      count: 60,
      fromMs: 120_000,
      variants: { ...HEALTHY, new: { units: 200, errors: 1 } },
    });
    const outcome = decideAfter(aRollout(), [...bad(3, 60_000), ...better]);
    const [treatment] = outcome.assessment.treatments;
    expect(treatment!.guardrails[0]!.evidence.log10).toBeLessThan(treatment!.combined.lineLog10);
    expect(outcome.decision.action).toBe('rollback');
  });

  it('given a metric that fell silent, then its policy decides between failure, hold and nothing', () => {
    const outcomeFor = (noData: 'fail' | 'hold' | 'ignore') => {
      const rollout = aRollout({ metrics: [errors, aMetric({ metric: 'crashes', signal: 'event', noData })] });
      return decideAfter(rollout, healthy(36));
    };
    expect(outcomeFor('fail').decision.reasons[0]).toMatchObject({
      code: 'noDataFailure',
      message: expect.stringContaining('crashes: nothing was heard from treatment "new"'),
    });
    expect(codesOf(outcomeFor('hold'))).toEqual(['noData']);
    expect(codesOf(outcomeFor('ignore'))).toEqual(['stageCleared']);
  });

  it('given a silent metric within its grace period, then silence is not judged', () => {
    const rollout = aRollout({ metrics: [errors, aMetric({ metric: 'crashes', signal: 'event', noData: 'fail' })] });
    // Grace of one minute, plus the minute that any data may be old.
    expect(decideAfter(rollout, healthy(12)).decision.action).toBe('hold');
    expect(decideAfter(rollout, healthy(13)).decision.action).toBe('rollback');
  });

  it('given silence of control only, then it holds and does not blame the treatment', () => {
    const rollout = aRollout({ metrics: [aMetric({ noData: 'fail' })] });
    const windows = someWindows({ count: 20, variants: { new: { units: 200, errors: 2 } } });
    const outcome = decideAfter(rollout, windows);
    expect(outcome.decision.action).toBe('hold');
    expect(codesOf(outcome)).toContain('noData');
  });
});

describe('holds', () => {
  it('given a start without any window, then it waits for data and says what would release it', () => {
    const { decision } = decideAfter(aRollout(), [], 5_000);
    expect(decision).toMatchObject({ action: 'hold', coverage: 20_000 });
    expect(decision.reasons.map(({ code }) => code)).toEqual([
      'noClosedWindow',
      'tooFewExposures',
      'tooFewExposures',
      'burnIn',
      'dwell',
    ]);
    expect(decision.reasons.every(({ releasedBy }) => releasedBy !== undefined)).toBe(true);
    expect(decision.reasons.at(-1)?.releasedBy).toBe('5 min more');
  });

  it('given windows of the coverage before only, then it waits for the first one of this coverage', () => {
    const windows = someWindows({ count: 30, fromMs: -300_000, coverage: 5_000, variants: HEALTHY });
    expect(codesOf(decideAfter(aRollout(), windows, 0))[0]).toBe('noClosedWindow');
  });

  it('given a healthy rollout whose reports stopped, then data is stale after six windows', () => {
    expect(codesOf(decideAfter(aRollout(), healthy(36), 420_000))).toEqual(['stageCleared']);
    const { decision } = decideAfter(aRollout(), healthy(36), 421_000);
    expect(decision.reasons[0]).toEqual({
      code: 'staleData',
      message: 'the newest closed window ended 61 s ago; older than 60 s says nothing about now',
      releasedBy: 'reports of newer windows',
    });
  });

  it('given few units, then it names the variant that lacks them', () => {
    const windows = someWindows({ count: 36, variants: { new: { units: 2 }, old: { units: 8 } } });
    const { decision } = decideAfter(aRollout(), windows);
    expect(decision.reasons).toEqual([
      {
        code: 'tooFewExposures',
        message: '"new" was seen by 72 of the 100 units needed at 20 % coverage',
        releasedBy: '28 more units of "new"',
      },
    ]);
  });

  it('given so little traffic that a stage could never bring the units, then it goes on with those there are', () => {
    const few = someWindows({ count: 192, variants: { new: { units: 0.015625 }, old: { units: 0.0625 } } });
    const outcome = decideAfter(aRollout(), few);
    expect(codesOf(outcome)).toEqual(['stageCleared', 'inconclusive', 'inconclusive']);
    expect(outcome.decision.reasons[1]?.message).toBe(
      '"new" was seen by 3 of 100 units at 20 %, and at the traffic so far 2 h would not bring the rest',
    );
    expect(codesOf(decideAfter(aRollout({ onInconclusive: 'hold' }), few))).toEqual([
      'tooFewExposures',
      'tooFewExposures',
    ]);
    const nobody = someWindows({ count: 20, variants: { new: { units: 0 }, old: { units: 0.04 } } });
    expect(codesOf(decideAfter(aRollout(), nobody))).toContain('tooFewExposures');
  });

  it('given a split that is not the intended one, then it holds, or rolls back where that is asked for', () => {
    const skewed = someWindows({
      count: 36,
      variants: { new: { units: 120, errors: 1 }, old: { units: 800, errors: 8 } },
    });
    const held = decideAfter(aRollout(), skewed);
    expect(codesOf(held)).toEqual(['sampleRatioMismatch']);
    expect(held.decision.reasons[0]?.message).toContain(
      'control has 87 % of them at this coverage and should have 80 %',
    );
    expect(decideAfter(aRollout({ onSampleRatioMismatch: 'rollback' }), skewed).decision).toMatchObject({
      action: 'rollback',
      reasons: [{ code: 'sampleRatioMismatch' }],
    });
  });

  it('given a treatment that loses all its units, then rolling back does not wait for more of them', () => {
    const lost = someWindows({ count: 36, variants: { old: { units: 800, errors: 8 } } });
    const outcome = decideAfter(aRollout({ onSampleRatioMismatch: 'rollback' }), lost);
    expect(outcome.decision.action).toBe('rollback');
    expect(codesOf(decideAfter(aRollout(), lost))).toEqual(['noData', 'tooFewExposures', 'sampleRatioMismatch']);
  });

  it('given a mismatch found at an earlier coverage, then it stays found', () => {
    const skewed = someWindows({ count: 36, variants: { new: { units: 120 }, old: { units: 800 } } });
    const first = decideAfter(aRollout(), skewed);
    const ramped = aRollout({}, { coverage: 50_000, coverageSinceMs: START_MS + 360_000 });
    const windows = someWindows({
      count: 36,
      fromMs: 360_000,
      coverage: 50_000,
      variants: { new: { units: 500 }, old: { units: 500 } },
    });
    const outcome = decide({ ...observationOf(ramped, windows), evidence: first.evidence });
    expect(outcome.assessment.sampleRatio.log10).toBeLessThan(0);
    // Each further coverage has a higher line, so that all of them together stay below one in a thousand.
    expect(10 ** first.assessment.sampleRatio.lineLog10).toBeCloseTo(2_000, 6);
    expect(10 ** outcome.assessment.sampleRatio.lineLog10).toBeCloseTo(6_000, 6);
    expect(codesOf(outcome)).toContain('sampleRatioMismatch');
  });

  it('given an incident that hits both sides, then it holds, does not roll back, and goes on once it is calm again', () => {
    const incident = { new: { units: 200, errors: 20 }, old: { units: 800, errors: 80 } };
    const during = [...healthy(36), ...someWindows({ count: 6, fromMs: 360_000, variants: incident })];
    const { decision, assessment } = decideAfter(aRollout(), during);
    expect(decision.action).toBe('hold');
    expect(decision.reasons.map(({ code }) => code)).toEqual(['sharedIncident']);
    expect(decision.reasons[0]?.message).toContain('10 % of control has an event now, usually');
    expect(assessment.incidents[0]?.usualRate).toBeLessThan(0.02);
    // The last two windows of the incident are still among the newest three, then five calm ones follow.
    expect(codesOf(decideAfter(aRollout(), [...during, ...healthy(5, 420_000)]))).toEqual(['sharedIncident']);
    expect(codesOf(decideAfter(aRollout(), [...during, ...healthy(8, 420_000)]))).toEqual(['stageCleared']);
  });

  it('given an incident that goes on for long, then trouble does not become usual', () => {
    const incident = { new: { units: 200, errors: 20 }, old: { units: 800, errors: 80 } };
    const windows = [...healthy(36), ...someWindows({ count: 40, fromMs: 360_000, variants: incident })];
    expect(codesOf(decideAfter(aRollout(), windows))).toEqual(['sharedIncident']);
  });

  it('given control that became slow, then that is an incident as well', () => {
    const usual = { new: { units: 200, slowness: 1 }, old: { units: 800, slowness: 1 } };
    const slow = { new: { units: 200, slowness: 3 }, old: { units: 800, slowness: 3 } };
    const windows = [
      ...someWindows({ count: 36, variants: usual }),
      ...someWindows({ count: 3, fromMs: 360_000, variants: slow }),
    ];
    const { decision } = decideAfter(aRollout({ metrics: [latency] }), windows);
    expect(decision.reasons.map(({ code }) => code)).toEqual(['sharedIncident']);
    expect(decision.reasons[0]?.message).toContain('of control is slow now');
  });

  it('given a young stage, then burn-in and dwell are both named, and dwell alone later', () => {
    expect(codesOf(decideAfter(aRollout(), healthy(3)))).toEqual(['burnIn', 'dwell']);
    expect(codesOf(decideAfter(aRollout(), healthy(12)))).toEqual(['dwell']);
    expect(codesOf(decideAfter(aRollout(), healthy(30)))).toEqual(['stageCleared']);
  });
});

describe('the order of gates', () => {
  const skewedAndBad = someWindows({
    count: 12,
    fromMs: 60_000,
    variants: { new: { units: 100, errors: 12 }, old: { units: 800, errors: 8 } },
  });

  it.each([
    { situation: 'paused', state: { phase: 'paused' as const } },
    { situation: 'with stale data', atMs: 3_600_000 },
    { situation: 'with a mismatched split', definition: { onSampleRatioMismatch: 'hold' as const } },
    { situation: 'with too few units', definition: { minExposures: 1_000_000 } },
    { situation: 'before the dwell is over', definition: { burnInMs: 0 } },
  ])('harm is taken back even $situation', ({ state, definition, atMs }) => {
    const outcome = decideAfter(aRollout(definition, state), skewedAndBad, atMs);
    expect(outcome.decision.action).toBe('rollback');
    expect(outcome.decision.reasons[0]?.code).toBe('guardrailBreach');
  });

  it('a pause comes before everything but harm, and everything else is still listed', () => {
    const skewed = someWindows({ count: 3, variants: { new: { units: 20 }, old: { units: 800 } } });
    const metrics = [aMetric({ graceMs: 600_000 })];
    const rollout = aRollout({ metrics, onSampleRatioMismatch: 'rollback' }, { phase: 'paused' });
    expect(codesOf(decideAfter(rollout, skewed, 200_000))).toEqual([
      'paused',
      'staleData',
      'tooFewExposures',
      'sampleRatioMismatch',
      'dwell',
    ]);
  });

  it('nothing is decided for a rollout that is over', () => {
    expect(() => decideAfter(aRollout({}, { phase: 'rolledBack' }), [])).toThrow('rolledBack');
  });
});

describe('moves', () => {
  it('given a healthy stage whose dwell is over, then it goes on to the next', () => {
    const { decision } = decideAfter(aRollout(), healthy(30));
    expect(decision).toEqual({
      action: 'ramp',
      coverage: 50_000,
      reasons: [{ code: 'stageCleared', message: 'all gates passed at 20 %; on to the stage of 50 %' }],
    });
  });

  it('given a next stage beyond the largest step, then it goes part of the way', () => {
    const { decision } = decideAfter(aRollout({ maxStepFactor: 2 }), healthy(30));
    expect(decision).toMatchObject({ action: 'ramp', coverage: 40_000, reasons: [{ code: 'riskBoundedStep' }] });
    expect(decision.reasons[0]?.message).toBe(
      'all gates passed at 20 %; on to 40 %, part of the way to 50 %: one move may multiply coverage by 2 at most',
    );
  });

  const half = { coverage: 50_000 };
  const atHalf = (count: number, newErrors: number, units = 500) =>
    someWindows({
      count,
      coverage: 50_000,
      variants: { new: { units, errors: newErrors }, old: { units, errors: newErrors } },
    });

  it('given one half and too little evidence, then it waits to be shown non-inferiority', () => {
    const silent = atHalf(30, 0, 60);
    const { decision } = decideAfter(aRollout({}, half), silent);
    expect(decision.reasons.map(({ code }) => code)).toEqual(['notYetNonInferior']);
    expect(decision.reasons[0]?.message).toMatch(
      /^errors: that treatment "new" is less than 25 % worse is only 8\d(\.\d)? % probable/,
    );
  });

  it('given one half and equal rates, then non-inferiority lets it pass', () => {
    const outcome = decideAfter(aRollout({}, half), atHalf(30, 5));
    expect(outcome.decision).toMatchObject({ action: 'ramp', coverage: 95_000 });
    expect(outcome.assessment.treatments[0]?.guardrails[0]?.verdict).toBe('pass');
  });

  const waiting = { ...half, coverageSinceMs: START_MS - 7_200_000, startedAtMs: START_MS - 7_200_000 };

  it('given one half, nothing to be learned and the patience of the plan over, then it goes on and says without what', () => {
    const outcome = decideAfter(aRollout({}, waiting), atHalf(30, 0, 60));
    expect(codesOf(outcome)).toEqual(['stageCleared', 'inconclusive']);
    expect(outcome.decision.reasons[1]?.message).toMatch(/^errors: after 2 h it is only 8\d(\.\d)? % probable/);
    const asked = aRollout({ onInconclusive: 'hold' }, waiting);
    expect(codesOf(decideAfter(asked, atHalf(30, 0, 60)))).toEqual(['notYetNonInferior']);
  });

  it('given one half and data that speak of harm, then no patience lets it pass', () => {
    const doubled = someWindows({
      count: 30,
      coverage: 50_000,
      variants: { new: { units: 500, errors: 1.2 }, old: { units: 500, errors: 0.8 } },
    });
    expect(codesOf(decideAfter(aRollout({}, waiting), doubled))).toEqual(['notYetNonInferior']);
  });

  it('given a mean that fell a little, then the belief that most changes are harmless does not let it pass', () => {
    const revenue = aMetric({
      metric: 'revenue',
      kind: 'value',
      goodDirection: 'higher',
      margin: 0.01,
      signal: 'event',
    });
    const value = (sum: number) =>
      ({ kind: 'value', exposures: 200, sum, sumOfSquares: sum * 20, nonZero: 20 }) as const;
    const windows = someWindows({ count: 40, coverage: 50_000, variants: {} }).map((window) => ({
      ...window,
      ...fromOneSource({
        new: { ...aVariantWindow({ units: 200 }), metrics: { revenue: value(196) } },
        old: { ...aVariantWindow({ units: 200 }), metrics: { revenue: value(200) } },
      }),
    }));
    const outcome = decideAfter(aRollout({ metrics: [revenue] }, half), windows);
    expect(codesOf(outcome)).toEqual(['notYetNonInferior']);
    expect(outcome.assessment.treatments[0]!.guardrails[0]!.nonInferiorProbability).toBeLessThan(0.9);
  });

  it('given one half and more conversions than control, then more is not taken for worse', () => {
    const rollout = aRollout({ metrics: [purchases] }, half);
    const converting = (bought: number) =>
      someWindows({
        count: 30,
        coverage: 50_000,
        variants: { new: { units: 500, purchases: bought }, old: { units: 500, purchases: 50 } },
      });
    expect(codesOf(decideAfter(rollout, converting(70)))).toEqual(['stageCleared']);
    const fewer = decideAfter({ ...rollout, definition: { ...rollout.definition, alpha: 1e-12 } }, converting(35));
    expect(codesOf(fewer)).toEqual(['notYetNonInferior']);
  });

  it('given no failure at all in thousands of units, then there is nothing left to show', () => {
    expect(codesOf(decideAfter(aRollout({}, half), atHalf(30, 0, 500)))).toEqual(['stageCleared']);
  });

  it.each([
    { units: 100, code: 'notYetNonInferior' },
    { units: 500, code: 'stageCleared' },
  ])('given durations so alike that none of $units units per window exceeds p95, then $code', ({ units, code }) => {
    const alike = { ...aVariantWindow({ units }), metrics: { latency: allInOneBin(units) } };
    const windows = someWindows({ count: 30, coverage: 50_000, variants: {} }).map((window) => ({
      ...window,
      ...fromOneSource({ new: alike, old: alike }),
    }));
    expect(codesOf(decideAfter(aRollout({ metrics: [latency] }, half), windows))).toEqual([code]);
  });

  it('given one half to come and no proof yet, then it goes exactly as far as one half', () => {
    const stages = [20_000, 60_000, 95_000].map((coverage) => ({ coverage, dwellMs: 300_000 }));
    const few = someWindows({ count: 30, variants: { new: { units: 20 }, old: { units: 80 } } });
    const { decision } = decideAfter(aRollout({ stages }), few);
    expect(decision).toMatchObject({ action: 'ramp', coverage: 50_000, reasons: [{ code: 'riskBoundedStep' }] });
  });

  it.each([
    { badEvents: 12, action: 'ramp', coverage: 10_000, code: 'stageCleared' },
    { badEvents: 5, action: 'ramp', coverage: 5_822, code: 'riskBoundedStep' },
    // Less than a quarter more is not worth a burn-in of its own.
    { badEvents: 2.6, action: 'hold', coverage: 2_500, code: 'riskBudget' },
    { badEvents: 1, action: 'hold', coverage: 2_500, code: 'riskBudget' },
  ] as const)('given a risk budget of $badEvents bad events, then $code', ({ badEvents, action, coverage, code }) => {
    const stages = [2_500, 10_000, 95_000].map((planned) => ({ coverage: planned, dwellMs: 300_000 }));
    const rollout = aRollout({ riskBudget: { metric: 'errors', badEvents }, stages }, { coverage: 2_500 });
    const variants = { new: { units: 100, errors: 1 }, old: { units: 3_900, errors: 39 } };
    const { decision, assessment } = decideAfter(rollout, someWindows({ count: 30, coverage: 2_500, variants }));
    expect(decision).toMatchObject({ action, coverage, reasons: [{ code }] });
    expect(assessment.riskBudget).toMatchObject({ metric: 'errors', badEvents, spent: 0, left: badEvents });
  });

  it('given harm below the line, then what it cost is taken from the budget, in burn-in too', () => {
    const rollout = aRollout({ riskBudget: { metric: 'errors', badEvents: 10 } });
    const windows = someWindows({
      count: 8,
      variants: { new: { units: 200, errors: 3 }, old: { units: 800, errors: 8 } },
    });
    expect(decideAfter(rollout, windows).assessment.riskBudget).toMatchObject({ spent: 8, left: 2 });
  });

  it('given full coverage, then it bakes, and completes when that is over', () => {
    const full = { coverage: 95_000 };
    const windows = (count: number) =>
      someWindows({
        count,
        coverage: 95_000,
        variants: { new: { units: 950, errors: 10 }, old: { units: 50, errors: 1 } },
      });
    const baking = decideAfter(aRollout({ nonInferiorityMargin: 5 }, full), windows(42));
    expect(baking.decision.reasons).toEqual([
      {
        code: 'baking',
        message: 'full coverage is watched for 10 min, 7 min have passed',
        releasedBy: '3 min more',
      },
    ]);
    expect(decideAfter(aRollout({ nonInferiorityMargin: 5 }, full), windows(60)).decision).toEqual({
      action: 'complete',
      coverage: 100_000,
      reasons: [{ code: 'bakeCleared', message: 'full coverage was watched for 10 min and all gates passed' }],
    });
  });

  it('given full coverage and a control too small to show non-inferiority, then it completes: that was asked before one half', () => {
    expect(baked(1, 0.05).assessment.treatments[0]?.guardrails[0]?.isNonInferior).toBe(false);
    expect(codesOf(baked(1, 0.05))).toEqual(['bakeCleared']);
  });

  it('given full coverage and evidence on its way to the line, then it does not complete, and says what is suspected', () => {
    expect(codesOf(baked(2))).toEqual(['suspectedHarm', 'lateDoubt']);
    expect(baked(2).decision.reasons[0]?.message).toMatch(
      /evidence 10\^1\.\d is well on its way to the line 10\^1\.3$/,
    );
  });

  const atFull = (count: number, errorsOfTreatment: number, fromMs = 0) =>
    someWindows({
      count,
      fromMs,
      coverage: 95_000,
      variants: { new: { units: 950, errors: errorsOfTreatment }, old: { units: 50, errors: 0.5 } },
    });

  it('given harm that begins after hours of health, then it is found in little more time than from the start', () => {
    const rollout = aRollout({ bakeMs: 86_400_000 }, { coverage: 95_000 });
    const windowsToRollback = (healthyMs: number) => {
      let evidence = decideAfter(rollout, atFull(healthyMs / WINDOW_MS, 9.5)).evidence;
      for (let count = 1; count < 500; count += 1) {
        const windows = atFull(1, 28.5, healthyMs + (count - 1) * WINDOW_MS);
        const outcome = decide({ ...observationOf(rollout, windows), evidence });
        if (outcome.decision.action === 'rollback') return count;
        evidence = outcome.evidence;
      }
      return Number.POSITIVE_INFINITY;
    };
    const fromStart = windowsToRollback(60_000);
    expect(windowsToRollback(5 * 3_600_000)).toBeLessThan(2.5 * fromStart);
  });

  it('given full coverage and newest data that are likelier under harm, then control is kept a little longer', () => {
    const rollout = aRollout({ bakeMs: 2 * 3_600_000, alpha: 1e-4 }, { coverage: 95_000 });
    const health = decideAfter(rollout, atFull(660, 9.5));
    const late = decide({ ...observationOf(rollout, atFull(65, 19, 6_600_000)), evidence: health.evidence });
    expect(codesOf(late)).toEqual(['lateDoubt']);
    expect(late.decision.reasons[0]?.message).toMatch(/times as likely if it does harm/);
  });

  it('given no holdback, then nobody waits for a control that no longer exists', () => {
    const stages = [{ coverage: 100_000, dwellMs: 0 }];
    const rollout = aRollout({ stages, holdback: 0, nonInferiorityMargin: 5 }, { coverage: 100_000 });
    const windows = someWindows({ count: 60, coverage: 100_000, variants: { new: { units: 1000, errors: 0 } } });
    expect(codesOf(decideAfter(rollout, windows))).toEqual(['bakeCleared']);
  });
});

describe('evidence', () => {
  it('a window that comes twice is refused', () => {
    const { evidence } = decideAfter(aRollout(), healthy(3));
    const again = { ...observationOf(aRollout(), healthy(1, 20_000)), evidence };
    expect(() => decide(again)).toThrow(`the window at ${START_MS + 20_000} ms, coverage 20000, was counted before`);
    const next = { ...observationOf(aRollout(), healthy(1, 30_000)), evidence };
    expect(decide(next).evidence.newestStartMs).toBe(START_MS + 3 * WINDOW_MS);
  });

  it('two coverages inside one window are two windows', () => {
    const [before] = someWindows({ count: 1, coverage: 5_000, variants: HEALTHY });
    const [after] = someWindows({ count: 1, coverage: 20_000, variants: HEALTHY });
    const { assessment } = decideAfter(aRollout(), [before!, after!]);
    expect(assessment.units).toEqual({ new: 200, old: 800 });
    expect(assessment.treatments[0]?.guardrails[0]?.treatment.exposures).toBe(200);
  });

  it('objective and diagnostic metrics are summed for people and never decide', () => {
    const revenue = aMetric({ metric: 'revenue', kind: 'value', signal: 'event', role: 'objective' });
    const windows = healthy(30).map((window) => ({
      ...window,
      ...fromOneSource({
        ...variantsIn(window),
        new: {
          ...variantsIn(window)['new']!,
          metrics: {
            ...variantsIn(window)['new']!.metrics,
            revenue: { kind: 'value' as const, exposures: 10, sum: 25, sumOfSquares: 90 },
          },
        },
      }),
    }));
    const { assessment, decision } = decideAfter(aRollout({ metrics: [errors, revenue] }), windows);
    expect(decision.action).toBe('ramp');
    expect(assessment.observed).toEqual([
      { metric: 'revenue', kind: 'value', variants: [{ variant: 'new', exposures: 300, mean: 2.5 }] },
    ]);
  });

  it('variants and metrics may have the names of inherited properties', () => {
    const treatments = [{ variant: 'constructor', split: 100_000 }];
    const rollout = aRollout({ treatments, control: '__proto__', metrics: [aMetric({ metric: 'errors' })] });
    const outcome = decideAfter(rollout, someWindows({ count: 12, variants: { old: { units: 10 } } }), 130_000);
    expect(outcome.decision.action).toBe('hold');
    expect(JSON.parse(JSON.stringify(outcome.evidence)).stage.units).toEqual(outcome.evidence.stage.units);
  });
});
