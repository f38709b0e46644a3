import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, type Outcome } from '../../../../controller/decide/index.ts';
import { addToStrata, NO_STRATA } from '../../../../controller/decide/learned/minute-strata.ts';
import { NO_RATE, type RiskWindow } from '../../../../controller/decide/learned/risk-window.ts';
import type { ClosedWindow, RolloutDefinition } from '../../../../domain/index.ts';
import { logistic } from '../../../models/risk/a-risk-model.ts';
import {
  aMetric,
  aVariantWindow,
  errors,
  fromOneSource,
  latency,
  purchases,
  START_MS,
  WINDOW_MS,
} from '../builders.ts';
import { aNoveltyModel, aWatchedRollout, models, observationWith, served } from './some-models.ts';

const settings = { seed: 20_260_101, numRuns: 60 };

/** Windows with gaps, two coverages and any counts, as the controller would read them. */
const someTraffic = fc
  .array(
    fc.record({
      gap: fc.constantFrom(1, 1, 1, 1, 2, 9, 40),
      isRaised: fc.constantFrom(false, false, false, true),
      failing: fc.integer({ min: 0, max: 6 }),
      slowness: fc.constantFrom(0.8, 1, 1.3),
    }),
    { minLength: 3, maxLength: 40 },
  )
  .map((steps) => {
    let [startMs, coverage] = [START_MS, 5_000];
    return steps.map(({ gap, isRaised, failing, slowness }): ClosedWindow => {
      startMs += gap * WINDOW_MS;
      if (isRaised) coverage = Math.min(50_000, coverage * 2);
      const units = Math.round(coverage / 200);
      const shown = { units, errors: Math.min(units, failing), purchases: Math.floor(units / 5), slowness };
      const variants = { new: aVariantWindow(shown), old: aVariantWindow({ ...shown, units: 500, purchases: 100 }) };
      return { startMs, endMs: startMs + WINDOW_MS, coverage, ...fromOneSource(variants) };
    });
  });

const asked = models(served([logistic(-1, { 'errors.z': 1 })]), aNoveltyModel(5));
const rollout = aWatchedRollout({
  metrics: [errors, latency, purchases],
  riskGroups: { errors: 'errors', slow: 'latency', business: 'purchases' },
});

describe('what learned parts remember', () => {
  it('comes to the same in one pass or in many, and survives the database', () => {
    let scored = 0;
    fc.assert(
      fc.property(someTraffic, (windows) => {
        let evidence: Outcome['evidence'] | null = null;
        const observation = observationWith(asked, rollout, windows);
        for (const window of windows) {
          const stored: Outcome['evidence'] | null = JSON.parse(JSON.stringify(evidence));
          evidence = decide({ ...observation, evidence: stored, windows: [window] }, asked).evidence;
        }
        const last = decide({ ...observation, evidence, windows: [] }, asked);
        expect(last).toEqual(decide(observation, asked));
        if (last.assessment.learned![0]!.score !== null) scored += 1;
      }),
      settings,
    );
    expect(scored).toBeGreaterThan(10);
  });

  it('is of bounded size, however long a rollout takes', () => {
    const sizeAfter = (count: number) => {
      const variants = (index: number) => ({
        new: aVariantWindow({ units: 100, errors: index % 3, slowness: 1 + (index % 7) / 10 }),
        old: aVariantWindow({ units: 400, errors: index % 5, slowness: 1 + (index % 5) / 10 }),
      });
      const windows = Array.from({ length: count }, (_, index): ClosedWindow => {
        const startMs = START_MS + index * WINDOW_MS;
        return { startMs, endMs: startMs + WINDOW_MS, coverage: 20_000, ...fromOneSource(variants(index)) };
      });
      return JSON.stringify(decide(observationWith(asked, rollout, windows), asked).evidence.learned).length;
    };
    expect(sizeAfter(900)).toBeLessThan(1.3 * sizeAfter(150));
  });

  it('begins anew when a source is put in quarantine, because nobody can take out what it told', () => {
    const windows = Array.from({ length: 60 }, (_, index): ClosedWindow => {
      const startMs = START_MS + index * WINDOW_MS;
      const variants = { new: aVariantWindow({ units: 100 }), old: aVariantWindow({ units: 400 }) };
      return { startMs, endMs: startMs + WINDOW_MS, coverage: 20_000, ...fromOneSource(variants) };
    });
    const observation = observationWith(asked, rollout, windows);
    const { evidence } = decide(observation, asked);
    expect(evidence.learned!['new']!.newest).not.toBeNull();
    const after = decide({ ...observation, evidence, windows: [], quarantinedSources: ['app'] }, asked);
    expect(after.evidence.learned!['new']!.newest).toBeNull();
  });

  it('takes the groups from the plan: what the rollout does not have is masked', () => {
    const windows = Array.from({ length: 20 }, (_, index): ClosedWindow => {
      const startMs = START_MS + index * WINDOW_MS;
      const variants = {
        new: aVariantWindow({ units: 100, purchases: 9 }),
        old: aVariantWindow({ units: 400, purchases: 40 }),
      };
      return { startMs, endMs: startMs + WINDOW_MS, coverage: 20_000, ...fromOneSource(variants) };
    });
    const masksOf = (definition: Partial<RolloutDefinition>) =>
      decide(observationWith(asked, aWatchedRollout(definition), windows), asked).evidence.learned![
        'new'
      ]!.newest!.vector.slice(-3);
    const metrics = [errors, purchases, aMetric({ metric: 'refunds', signal: 'event' })];
    expect(masksOf({ metrics })).toEqual([0, 0, 0]);
    expect(masksOf({ metrics, riskGroups: { errors: 'errors', slow: null, business: 'purchases' } })).toEqual([
      0, 1, 0,
    ]);
  });
});

describe('strata of a minute', () => {
  const aWindow = (second: number, coverage = 1_000, n = 10): RiskWindow => ({
    startMs: second * 1_000,
    coverage,
    units: n,
    counted: {
      errors: { ...NO_RATE, treatment: { n, x: 1 }, control: { n: 2 * n, x: 1 } },
      treatmentShare: coverage / 100_000,
      isBurnIn: false,
    },
  });
  const closedBy = (windows: readonly RiskWindow[]) =>
    windows.reduce(
      ({ state, closed }, window) => {
        const next = addToStrata(state, window, 10_000);
        return { state: next.state, closed: [...closed, ...next.closed] };
      },
      { state: NO_STRATA, closed: [] as readonly ReturnType<typeof addToStrata>['closed'][number][] },
    );

  it('close with the first window of a later minute, and say which windows are missing', () => {
    const { closed } = closedBy([aWindow(0), aWindow(10), aWindow(30), aWindow(60)]);
    expect(closed).toHaveLength(1);
    expect(closed[0]!.strata).toMatchObject([
      {
        errors: { treatment: { n: 30, x: 3 }, control: { n: 60, x: 3 } },
        windows: { expected: 6, missing: 3 },
        minutesAtCoverage: 0,
      },
    ]);
  });

  it('never pool two coverages, and tell the windows of their minute once', () => {
    const { closed } = closedBy([aWindow(0), aWindow(20), aWindow(20, 3_000), aWindow(30, 3_000), aWindow(120, 3_000)]);
    expect(
      closed.map(({ strata }) => strata.map(({ treatmentShare, windows }) => [treatmentShare, windows?.expected])),
    ).toEqual([
      [
        [0.01, 0],
        [0.03, 6],
      ],
      [[0.03, 6]],
    ]);
    expect(closed.map(({ isHeard }) => isHeard)).toEqual([true, false]);
  });

  it('are changed by no window that comes twice, or too late', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 2, maxLength: 40 }),
        fc.array(fc.nat(), { maxLength: 10 }),
        (gaps, repeated) => {
          const starts = gaps.map((_, index) => gaps.slice(0, index + 1).reduce((sum, gap) => sum + 10 * gap, 0));
          const windows = starts.map((second, index) => aWindow(second, 1_000, 10 + index));
          const disturbed = [...windows];
          for (const at of repeated) disturbed.splice((at % windows.length) + 1, 0, windows[at % windows.length]!);
          // Each is put behind its first appearance, or further back among later ones.
          const stale = disturbed.flatMap((window, index) => (index > 2 ? [window, windows[0]!] : [window]));
          const newest: RiskWindow[] = [];
          for (const window of stale) {
            const isOld = newest.some((known) => known.startMs >= window.startMs);
            if (!isOld) newest.push(window);
          }
          expect(closedBy(stale)).toEqual(closedBy(newest));
        },
      ),
      settings,
    );
  });
});
