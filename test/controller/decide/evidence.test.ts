import { describe, expect, it } from 'vitest';
import { decide, type Observation } from '../../../controller/decide/index.ts';
import {
  type ClosedWindow,
  durationBinOf,
  type MetricDefinition,
  type MetricWindow,
  type SourceWindow,
  type VariantWindow,
} from '../../../domain/index.ts';
import { type SeededDraws, seededDraws } from '../../models/seeded-draws.ts';
import {
  aRollout,
  aVariantWindow,
  codesOf,
  decideAfter,
  errors,
  fromOneSource,
  HEALTHY,
  latency,
  observationOf,
  revenue,
  START_MS,
  someWindows,
  WINDOW_MS,
} from './builders.ts';

const AFTER_BURN_IN_MS = 60_000;

/** A window of each source, `index` windows after burn-in. */
function windowOf(index: number, sources: Readonly<Record<string, Readonly<Record<string, VariantWindow>>>>) {
  const startMs = START_MS + AFTER_BURN_IN_MS + index * WINDOW_MS;
  const reported = Object.entries(sources).map(
    ([source, variants]) => [source, { reports: 1, clockSkewMs: null, variants }] as const,
  );
  return { startMs, endMs: startMs + WINDOW_MS, coverage: 20_000, sources: Object.fromEntries(reported) };
}

function failing(exposures: number, events: number): VariantWindow {
  return {
    units: exposures,
    newUnits: exposures,
    requests: exposures,
    metrics: { errors: { kind: 'rate', exposures, events } },
  };
}

/** Twenty sources, of which the first `forgers` say what the forger wants; the others see `risk` times the errors. */
function twentySources(draws: SeededDraws, risk: number, forgers: number, forged: Record<string, VariantWindow>) {
  return (index: number) =>
    windowOf(
      index,
      Object.fromEntries(
        Array.from({ length: 20 }, (_, source) => [
          `key-${source}`,
          source < forgers
            ? forged
            : { new: failing(50, draws.poisson(0.5 * risk)), old: failing(200, draws.poisson(2)) },
        ]),
      ),
    );
}

/** Decides window by window, and stops at the first rollback. */
function windowsUntilRollback(windowAt: (index: number) => ClosedWindow, count: number): number | undefined {
  const rollout = aRollout({ alpha: 0.01 });
  let evidence: Observation['evidence'] = null;
  for (let index = 0; index < count; index += 1) {
    const outcome = decide({ ...observationOf(rollout, [windowAt(index)]), evidence });
    evidence = outcome.evidence;
    if (outcome.decision.action === 'rollback') return index + 1;
  }
  return undefined;
}

describe('sources', () => {
  const forcing = { new: failing(50, 50), old: failing(200, 0) };
  const hiding = { new: failing(50, 0), old: failing(200, 200) };

  it('four forgers of twenty force no rollback, however loud they are', () => {
    const loud = { new: failing(50_000, 50_000), old: failing(50_000, 0) };
    for (const forged of [forcing, loud]) {
      expect(windowsUntilRollback(twentySources(seededDraws(1), 1, 4, forged), 120)).toBeUndefined();
    }
  });

  it('four forgers of twenty cannot hide a doubled error rate', () => {
    const honest = windowsUntilRollback(twentySources(seededDraws(2), 2, 0, {}), 500)!;
    const hidden = windowsUntilRollback(twentySources(seededDraws(2), 2, 4, hiding), 500)!;
    expect(honest).toBeLessThan(hidden);
    expect(hidden).toBeLessThan(400);
  });

  it('five forgers of twenty are one too many: that is the promise, and no more', () => {
    expect(windowsUntilRollback(twentySources(seededDraws(3), 1, 5, forcing), 120)).toBeLessThan(20);
  });

  it('four forgers of twenty cannot say what is slow for the others, however loud they are', () => {
    const rollout = aRollout({ metrics: [latency] });
    const bins = (units: number, slowness: number) => aVariantWindow({ units, slowness }).metrics['latency']!;
    const showing = (shown: MetricWindow, units: number): VariantWindow => ({
      ...failing(units, 0),
      metrics: { latency: shown },
    });
    const day = { kind: 'duration', exposures: 2_000, bins: { [durationBinOf(86_400_000)]: 2_000 } } as const;
    const forged = { new: showing(bins(100, 1), 100), old: showing(day, 2_000) };
    const honest = { new: showing(bins(50, 1.4), 50), old: showing(bins(200, 1), 200) };
    const windows = Array.from({ length: 60 }, (_, index) =>
      windowOf(
        index,
        Object.fromEntries(
          Array.from({ length: 20 }, (_source, source) => [`key-${source}`, source < 4 ? forged : honest]),
        ),
      ),
    );
    expect(decideAfter(rollout, windows).decision.action).toBe('rollback');
  });

  it('four forgers of twenty cannot bring about a sample ratio mismatch, and a true one is found', () => {
    const split = (treatment: number, control: number) => ({ new: failing(treatment, 0), old: failing(control, 0) });
    const windows = (forged: ReturnType<typeof split>, honest: ReturnType<typeof split>) =>
      Array.from({ length: 60 }, (_, index) =>
        windowOf(
          index,
          Object.fromEntries(
            Array.from({ length: 20 }, (_source, source) => [`key-${source}`, source < 4 ? forged : honest]),
          ),
        ),
      );
    const held = decideAfter(aRollout(), windows(split(500, 0), split(50, 200)));
    expect(held.assessment.sampleRatio.mismatchAtMs).toBeNull();
    const found = decideAfter(aRollout(), windows(split(50, 200), split(30, 200)));
    expect(found.assessment.sampleRatio.mismatchAtMs).not.toBeNull();
  });

  it('a quarantined source stops counting, with all that it said before', () => {
    const rollout = aRollout();
    const bad = Array.from({ length: 3 }, (_, index) =>
      windowOf(index, {
        sound: { new: failing(50, 0), old: failing(200, 2) },
        broken: { new: failing(50, 8), old: failing(200, 2) },
      }),
    );
    const before = decideAfter(rollout, bad.slice(0, 2));
    expect(before.assessment.treatments[0]?.combined.log10).toBeGreaterThan(0.5);
    const after = decide({
      ...observationOf(rollout, bad.slice(2)),
      evidence: before.evidence,
      quarantinedSources: ['broken'],
    });
    const [treatment] = after.assessment.treatments;
    expect(treatment?.combined.log10).toBeLessThan(0.1);
    expect(treatment?.guardrails[0]?.treatment).toMatchObject({ exposures: 150, events: 0 });
    expect(after.assessment.reporting.quarantined).toEqual(['broken']);
  });

  it('beyond twenty, sources count together and nothing is lost', () => {
    const many = windowOf(
      0,
      Object.fromEntries(
        Array.from({ length: 50 }, (_, i) => [`key-${i}`, { new: failing(10, 1), old: failing(40, 1) }]),
      ),
    );
    const { assessment, evidence } = decideAfter(aRollout(), [many]);
    expect(evidence.sources).toHaveLength(21);
    expect(assessment.treatments[0]?.guardrails[0]?.control.exposures).toBeLessThanOrEqual(2000);
    expect(assessment.units).toEqual({ new: 500, old: 2000 });
  });
});

describe('reporting', () => {
  const healthyWith = (change: Partial<SourceWindow>, count: number, fromMs = 0): readonly ClosedWindow[] =>
    someWindows({ count, fromMs, variants: HEALTHY }).map((window) => ({
      ...window,
      sources: { app: { ...window.sources['app']!, ...change } },
    }));

  it('waits while a good part of the usual reports is missing, and gets used to fewer', () => {
    const full = healthyWith({ reports: 20 }, 33);
    const fewer = healthyWith({ reports: 12 }, 60, 330_000);
    expect(codesOf(decideAfter(aRollout(), full))).toEqual(['stageCleared']);
    const missing = decideAfter(aRollout(), [...full, ...fewer.slice(0, 3)]);
    expect(codesOf(missing)).toEqual(['missingReports']);
    expect(missing.decision.reasons[0]?.message).toMatch(/^40 % of the usual reports are missing/);
    expect(codesOf(decideAfter(aRollout(), [...full, ...fewer]))).toEqual(['stageCleared']);
  });

  it('waits while reports come too late to count', () => {
    const observation = { ...observationOf(aRollout(), healthyWith({}, 33)), lateShare: 0.25 };
    expect(decide(observation).decision.reasons).toEqual([
      expect.objectContaining({ code: 'lateData', message: expect.stringMatching(/^25 % of the newest reports/) }),
    ]);
  });

  it('waits while a clock is wrong, and names the source', () => {
    const outcome = decideAfter(aRollout(), healthyWith({ clockSkewMs: 90_000 }, 33));
    expect(codesOf(outcome)).toEqual(['clockSkew']);
    expect(outcome.decision.reasons[0]?.message).toMatch(/source "app" is 90 s off/);
    expect(codesOf(decideAfter(aRollout(), healthyWith({ clockSkewMs: 30_000 }, 33)))).toEqual(['stageCleared']);
  });
});

describe('windows that contradict themselves', () => {
  it('say nothing, and the others still count', () => {
    const windows = [
      windowOf(0, { app: { new: failing(0, 1), old: failing(200, 2) } }),
      windowOf(1, { app: { new: failing(50, 1), old: failing(200, 2) } }),
    ];
    const [guardrail] = decideAfter(aRollout(), windows).assessment.treatments[0]!.guardrails;
    expect(guardrail).toMatchObject({
      treatment: { exposures: 50, events: 1 },
      control: { exposures: 200, events: 2 },
    });
  });
});

describe('segments', () => {
  const shown = (units: number, events: number, inGermany: number, eventsInGermany: number): VariantWindow => ({
    ...failing(units, events),
    segments: {
      'country=DE': { errors: { kind: 'rate', exposures: inGermany, events: eventsInGermany } },
      'country=US': {
        errors: { kind: 'rate', exposures: units - inGermany, events: events - eventsInGermany },
      },
    },
  });
  const windows = (count: number, eventsInGermany: number) =>
    Array.from({ length: count }, (_, index) =>
      windowOf(index, {
        app: { new: shown(2_000, 19 + eventsInGermany, 40, eventsInGermany), old: shown(8_000, 80, 160, 2) },
      }),
    );

  it('a regression in one country alone is found, and the country named', () => {
    const rollout = aRollout({ segments: ['country'] });
    const { assessment, decision } = decideAfter(rollout, windows(30, 5));
    expect(decision.action).toBe('rollback');
    expect(decision.reasons[0]?.message).toMatch(/worst where country=DE: ×10 /);
    const [worst] = assessment.treatments[0]!.guardrails[0]!.segments;
    expect(worst).toMatchObject({ segment: 'country=DE', ratio: expect.closeTo(10, 0) });
  });

  it('without the declaration the same regression drowns in the rest', () => {
    expect(decideAfter(aRollout(), windows(30, 5)).decision.action).not.toBe('rollback');
  });

  it('at most ten segments are watched, those with a hundredth of the traffic, whatever names come', () => {
    const many = (index: number): VariantWindow => ({
      ...failing(1_000, 10),
      segments: Object.fromEntries(
        Array.from({ length: 40 }, (_, segment) => [
          `country=${segment < 15 ? segment : `${segment}-${index}`}`,
          { errors: { kind: 'rate', exposures: 25, events: 0 } },
        ]),
      ),
    });
    const rollout = aRollout({ segments: ['country'] });
    const { evidence } = decideAfter(
      rollout,
      Array.from({ length: 30 }, (_, index) => windowOf(index, { app: { new: many(index), old: many(index) } })),
    );
    expect(evidence.segments.watched).toHaveLength(10);
    expect(Object.keys(evidence.segments.candidates).length).toBeLessThanOrEqual(100);
    expect(Object.keys(evidence.treatments['new']!.guardrails['errors']!.segments)).toHaveLength(10);
  });
});

describe('how much more data is needed', () => {
  const needAfter = (count: number, variants: Parameters<typeof someWindows>[0]['variants']) =>
    decideAfter(aRollout(), someWindows({ count, fromMs: AFTER_BURN_IN_MS, variants })).assessment.treatments[0]!
      .guardrails[0]!.need;

  it('falls with every window, and about as fast as the windows bring data', () => {
    const [early, late] = [needAfter(20, HEALTHY)!.toSafety!, needAfter(40, HEALTHY)!.toSafety!];
    expect(early).toBeGreaterThan(late);
    expect(early - late).toBeGreaterThan(0.5 * 20_000);
    expect(early - late).toBeLessThan(2 * 20_000);
  });

  it('is nothing once harm is shown, and unknown before any event', () => {
    expect(needAfter(30, { new: { units: 200, errors: 12 }, old: { units: 800, errors: 8 } })!.toHarm).toBe(0);
    expect(needAfter(30, { new: { units: 200 }, old: { units: 800 } })).toBeNull();
  });

  it('is endless where what is seen is no harm', () => {
    expect(needAfter(30, HEALTHY)!.toHarm).toBeNull();
  });
});

describe('a value as a guardrail', () => {
  const windows = (count: number, factor: number, seed: number) => {
    const draws = seededDraws(seed);
    const sold = (units: number, mean: number) => {
      const orders = draws.poisson(units * 0.3);
      let [sum, sumOfSquares] = [0, 0];
      for (let order = 0; order < orders; order += 1) {
        const amount = mean * (0.5 + draws.uniform());
        sum += amount;
        sumOfSquares += amount * amount;
      }
      return { kind: 'value' as const, exposures: units, sum, sumOfSquares, nonZero: orders };
    };
    return Array.from({ length: count }, (_, index): ClosedWindow => {
      const startMs = START_MS + AFTER_BURN_IN_MS + index * WINDOW_MS;
      const variant = (units: number, mean: number): VariantWindow => ({
        ...failing(units, 0),
        metrics: { revenue: sold(units, mean) },
      });
      return {
        startMs,
        endMs: startMs + WINDOW_MS,
        coverage: 50_000,
        ...fromOneSource({ new: variant(300, 20 * factor), old: variant(300, 20) }),
      };
    });
  };
  const rollout = aRollout({ metrics: [revenue] }, { coverage: 50_000 });

  it('a fifth less revenue is taken back, in money', () => {
    const { decision } = decideAfter(rollout, windows(60, 0.8, 4));
    expect(decision.action).toBe('rollback');
    expect(decision.reasons[0]?.message).toMatch(
      /^revenue: treatment "new" has a mean of 4(\.\d+)? against \d(\.\d+)? in control/,
    );
  });

  it('as much revenue is let through, with an interval around 1', () => {
    const { assessment, decision } = decideAfter(rollout, windows(60, 1, 5));
    expect(decision.action).not.toBe('rollback');
    const { effect } = assessment.treatments[0]!.guardrails[0]!;
    expect(effect!.lower).toBeLessThan(1);
    expect(effect!.upper).toBeGreaterThan(1);
    expect(effect!.upper - effect!.lower).toBeLessThan(0.5);
  });
});

describe('requests instead of units', () => {
  const requests: MetricDefinition = {
    ...errors,
    source: { kind: 'prometheus', variantLabel: 'variant', exposures: 'a', events: 'b' },
    dispersion: 4,
  };
  const windows = (count: number, events: number) =>
    Array.from({ length: count }, (_, index) =>
      windowOf(index, {
        prometheus: {
          new: { ...failing(1_000, events), newUnits: 0 },
          old: { ...failing(4_000, 40), newUnits: 0 },
        },
      }),
    );

  it('count as exposures where nothing else can be counted', () => {
    const { assessment } = decideAfter(aRollout({ metrics: [requests] }), windows(4, 10));
    expect(assessment.units).toEqual({ new: 4_000, old: 16_000 });
  });

  it('convince in burn-in no sooner either', () => {
    const until = (dispersion: number) =>
      Array.from({ length: 6 }, (_, index) => index + 1).find((count) => {
        const inBurnIn = windows(count, 45).map((window) => ({
          ...window,
          startMs: window.startMs - AFTER_BURN_IN_MS,
          endMs: window.endMs - AFTER_BURN_IN_MS,
        }));
        const rollout = aRollout({ metrics: [{ ...requests, dispersion }] });
        return codesOf(decideAfter(rollout, inBurnIn)).includes('catastropheInBurnIn');
      });
    expect(until(1)).toBeLessThanOrEqual(3);
    expect(until(4)).toBeUndefined();
  });

  it('need more of them than units do before they convince', () => {
    const until = (metric: MetricDefinition) =>
      Array.from({ length: 60 }, (_, index) => index + 1).find(
        (count) => decideAfter(aRollout({ metrics: [metric] }), windows(count, 20)).decision.action === 'rollback',
      )!;
    expect(until(requests)).toBeGreaterThan(1.5 * until({ ...requests, dispersion: 1 }));
    expect(until(requests)).toBeLessThan(40);
  });
});
