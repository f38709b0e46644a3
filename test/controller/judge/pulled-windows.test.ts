import { describe, expect, it } from 'vitest';
import {
  type JudgedWindow,
  notePulled,
  planJudgement,
  sinceAppearance,
  startsAsked,
} from '../../../controller/index.ts';

const MINUTE_MS = 60_000;
const NAMES = { control: 'a', treatments: ['b'] };
const { plan } = planJudgement({
  ...NAMES,
  prometheus: { variantLabel: 'v', from: 0, selectors: { errors: { exposures: 'x', events: 'y' } } },
});
const asked = { fromMs: null, lookbackMs: 10 * MINUTE_MS, stepMs: MINUTE_MS, absenceMs: null };

/** One window a minute: which of the variants served somebody in it. */
const minutes = (...served: readonly string[]): readonly JudgedWindow[] =>
  served.map((names, index) => ({
    startMs: index * MINUTE_MS,
    endMs: (index + 1) * MINUTE_MS,
    sources: {
      prometheus: {
        reports: 1,
        clockSkewMs: null,
        variants: Object.fromEntries(
          ['a', 'b'].map((name) => [
            name,
            { units: Number(names.includes(name)), newUnits: 0, requests: 0, metrics: {} },
          ]),
        ),
      },
    },
  }));
const firstOf = (windows: readonly JudgedWindow[], absenceMs: number) =>
  sinceAppearance(NAMES, windows, absenceMs)[0]?.startMs;

describe('the windows that are asked for', () => {
  it('begin at multiples of their length, so that later looks see the same ones', () => {
    const at = (nowMs: number) => startsAsked(plan, asked, { nowMs, lagMs: 15_000 });
    expect(at(1_000_000)[0]).toBe(420_000);
    expect(at(1_000_000).at(-1)).toBe(900_000);
    expect(at(1_010_000)).toEqual(at(1_000_000));
  });

  it('are only those that are complete', () => {
    const since = (fromMs: number, nowMs: number) => startsAsked(plan, { ...asked, fromMs }, { nowMs, lagMs: 15_000 });
    expect(since(60_000, 194_999)).toEqual([60_000]);
    expect(since(60_000, 195_000)).toEqual([60_000, 120_000]);
    expect(since(60_001, 195_000)).toEqual([120_000]);
    expect(since(900_000, 195_000)).toEqual([]);
  });

  it('are not too many', () => {
    const since = () => startsAsked(plan, { ...asked, fromMs: 0 }, { nowMs: 3_000 * MINUTE_MS, lagMs: 0 });
    expect(since).toThrow(/begins 1970-01-01T00:00:00.000Z/);
  });
});

describe('an analysis', () => {
  it('begins with the first sight of a treatment', () => {
    expect(firstOf(minutes('a', 'a', 'ab', 'ab'), Number.POSITIVE_INFINITY)).toBe(2 * MINUTE_MS);
    expect(firstOf(minutes('a', 'a'), Number.POSITIVE_INFINITY)).toBeUndefined();
  });

  it('begins anew after an absence, and goes on after a shorter one', () => {
    const windows = minutes('ab', 'ab', 'a', 'a', 'ab', 'ab');
    expect(firstOf(windows, 2 * MINUTE_MS)).toBe(4 * MINUTE_MS);
    expect(firstOf(windows, 3 * MINUTE_MS)).toBe(0);
  });

  it('is over when its treatments are away', () => {
    expect(firstOf(minutes('ab', 'ab', 'a', 'a'), 2 * MINUTE_MS)).toBeUndefined();
    expect(firstOf(minutes('ab', 'ab', 'a'), 2 * MINUTE_MS)).toBe(0);
  });

  it('does not end because nobody is seen at all', () => {
    expect(firstOf(minutes('ab', '', '', '', 'ab'), 2 * MINUTE_MS)).toBe(0);
  });
});

describe('the notes on pulled windows', () => {
  const noted = (windows: readonly JudgedWindow[], firstStartMs: number, fromMs: number | null = null) =>
    notePulled(plan, { ...asked, fromMs }, { windows, firstStartMs, faults: [] }).map(({ code }) => code);

  it('say when an analysis may be older than the look-back', () => {
    expect(noted(minutes('ab', 'ab'), 0)).toEqual(['beginsInTheMiddle']);
    expect(noted(minutes('a', 'ab'), 0)).toEqual([]);
    expect(noted(minutes('ab', 'ab'), -MINUTE_MS)).toEqual([]);
    expect(noted(minutes('ab', 'ab'), 0, 0)).toEqual([]);
    expect(noted([], 0)).toEqual([]);
  });

  it('name each fault once, with what to do', () => {
    const faults = [1, 2, 3].map((window) => ({ reason: 'tornBuckets', detail: `latency: torn ${window}` }) as const);
    expect(notePulled(plan, asked, { windows: [], firstStartMs: null, faults })).toEqual([
      { code: 'tornBuckets', message: expect.stringMatching(/^latency: torn 1 \(and 2 more\): nothing, if rare/) },
    ]);
  });
});
