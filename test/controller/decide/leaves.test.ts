import { describe, expect, it } from 'vitest';
import { decide, type Outcome } from '../../../controller/decide/index.ts';
import {
  type Admission,
  addVariant,
  type ClosedWindow,
  type Rollout,
  type RolloutDefinition,
  SHARE_TOTAL,
  segmentOf,
  type VariantWindow,
} from '../../../domain/index.ts';
import { ADAPTIVE, aRollout, errors, purchases, START_MS, WINDOW_MS } from './builders.ts';

const HALVES = [50_000, 50_000];
const ADMITTED: Admission = { layers: [{ through: 20_000, split: HALVES }], withdrawn: [] };
const TREE = {
  attribute: 'country',
  leaves: [
    { leaf: 'A', values: ['DE'] },
    { leaf: 'B', values: ['US'] },
  ],
};
const LEAF_OF: Readonly<Record<string, string>> = { DE: 'A', US: 'B' };

const byCountry = (admission: Admission = ADMITTED, onBest: 'winnerTakesNew' | 'advise' = 'winnerTakesNew'): Rollout =>
  aRollout(
    {
      treatments: ['a', 'b'].map((variant, k) => ({ variant, split: HALVES[k]! })),
      holdback: 10_000,
      stages: [5_000, 20_000, 40_000, 60_000, 90_000].map((coverage) => ({ coverage, dwellMs: 300_000 })),
      segments: ['country'],
      metrics: [errors, { ...purchases, role: 'objective' }],
      allocation: {
        ...ADAPTIVE,
        onBest,
        byAttribute: { attribute: 'country', isFixedPerUnit: true },
      },
    } as Partial<RolloutDefinition>,
    { admission },
  );

/** By variant and country: units, how many fail and how many buy in a window. */
type Cells = Readonly<Record<string, Readonly<Record<string, readonly [number, number, number]>>>>;

function look(rollout: Rollout, cells: Cells, { count = 40, isByLeaf = false } = {}): Outcome {
  const variants = Object.fromEntries(
    Object.entries(cells).map(([variant, countries]) => {
      const parts = Object.entries(countries).map(([country, [units, failed, bought]]): VariantWindow => {
        const rate = (events: number) => ({ kind: 'rate', exposures: units, events }) as const;
        const metrics = { errors: rate(failed), purchases: rate(bought) };
        const segments = { [segmentOf('country', country)]: metrics };
        const part = { units, newUnits: units, requests: units, metrics, segments };
        return { ...part, ...(isByLeaf && { leaves: { [LEAF_OF[country]!]: part } }) };
      });
      return [variant, parts.reduce(addVariant)];
    }),
  );
  const windows = Array.from({ length: count }, (_, index): ClosedWindow => {
    const startMs = START_MS + index * WINDOW_MS;
    const sources = { app: { reports: 1, clockSkewMs: 0, variants } };
    return { startMs, endMs: startMs + WINDOW_MS, coverage: rollout.state.coverage, sources };
  });
  const endMs = START_MS + count * WINDOW_MS;
  const observed = { nowMs: endMs, rollout, evidence: null, closedThroughMs: endMs, windows };
  return decide({ ...observed, quarantinedSources: [], lateShare: 0 });
}

/** One in a hundred fails; of a in DE and of b in the US six in a hundred buy, of the others four. */
const AT_ODDS: Cells = {
  a: { DE: [400, 4, 24], US: [400, 4, 16] },
  b: { DE: [400, 4, 16], US: [400, 4, 24] },
  old: { DE: [3_200, 32, 160], US: [3_200, 32, 160] },
};
const splitOf = ({ decision }: Outcome) => decision.allocation!.treatments.map(({ share }) => share);
const leavesOf = ({ decision }: Outcome) =>
  decision.allocation!.leaves?.map(({ values, treatments }) => [values, treatments.map(({ share }) => share)] as const);

describe('A plan whose splits may depend on an attribute', () => {
  it('grows leaves where different treatments are better, each with a split near that of all', () => {
    const outcome = look(byCountry(), AT_ODDS);
    const { allocation, reasons } = outcome.decision;
    const [inGermany, inAmerica] = leavesOf(outcome)!;
    expect([inGermany![0], inAmerica![0]]).toEqual([['DE'], ['US']]);
    expect(inGermany![1][0]).toBeGreaterThan(splitOf(outcome)[0]!);
    expect(inAmerica![1][1]).toBeGreaterThan(splitOf(outcome)[1]!);
    for (const [, shares] of leavesOf(outcome)!) {
      for (const [k, share] of shares.entries()) {
        expect(Math.abs(share - splitOf(outcome)[k]!)).toBeLessThanOrEqual(10_001);
        expect(Math.abs(share - HALVES[k]!)).toBeLessThanOrEqual(10_001);
      }
    }
    expect(allocation!.admission).toEqual({
      layers: [
        ...ADMITTED.layers,
        { through: 40_000, split: splitOf(outcome), splits: { A: inGermany![1], B: inAmerica![1] } },
      ],
      withdrawn: [],
      tree: TREE,
    });
    expect(allocation!.leaves!.map(({ seed }) => seed)).toEqual([expect.any(Number), expect.any(Number)]);
    expect(reasons.at(-1)!.message).toMatch(/; where country is DE "a" .*; where country is US "a" /);
    expect(look(byCountry(), AT_ODDS)).toEqual(outcome);
  });

  it('has one split where the countries agree, or where nobody asked', () => {
    const alike: Cells = {
      ...AT_ODDS,
      a: { DE: [400, 4, 20], US: [400, 4, 20] },
      b: { DE: [400, 4, 20], US: [400, 4, 20] },
    };
    expect(leavesOf(look(byCountry(), alike))).toBeUndefined();
    const { byAttribute: _, ...plan } = byCountry().definition.allocation!;
    const { definition, state } = byCountry();
    const plain = look({ definition: { ...definition, allocation: plan }, state }, AT_ODDS);
    expect([leavesOf(plain), plain.evidence.allocation!.values]).toEqual([undefined, undefined]);
  });

  it('gives a leaf where another treatment is better as much of that as it may, when the best for all is found', () => {
    const cells: Cells = {
      a: { DE: [700, 7, 56], US: [100, 1, 3] },
      b: { DE: [700, 7, 28], US: [100, 1, 7] },
      old: { DE: [5_600, 56, 280], US: [800, 8, 40] },
    };
    const outcome = look(byCountry(), cells);
    expect(splitOf(outcome)).toEqual([SHARE_TOTAL, 0]);
    expect(leavesOf(outcome)).toEqual([
      [['DE'], [SHARE_TOTAL, 0]],
      [['US'], [90_000, 10_000]],
    ]);
  });
});

describe('Leaves with splits of their own', () => {
  const UNEVEN: Admission = {
    layers: [{ through: 20_000, split: HALVES, splits: { A: [80_000, 20_000], B: [20_000, 80_000] } }],
    withdrawn: [],
    tree: TREE,
  };
  /** In DE ten in a hundred fail, in the US one, whatever they are served; a is mostly served in DE. */
  const LEVELS: Cells = {
    a: { DE: [320, 32, 16], US: [80, 1, 4] },
    b: { DE: [80, 8, 4], US: [320, 3, 16] },
    old: { DE: [1_600, 160, 80], US: [1_600, 16, 80] },
  };

  it('are compared one by one: a treatment is not blamed for the country that it is mostly served in', () => {
    const outcome = look(byCountry(UNEVEN), LEVELS, { isByLeaf: true });
    expect(outcome.assessment.sampleRatio.mismatchAtMs).toBeNull();
    expect(outcome.assessment.treatments.map(({ nowLog10 }) => nowLog10 < 0)).toEqual([true, true]);
    expect(outcome.decision.action).toBe('ramp');
    expect(outcome.assessment.allocation!.byAttribute!.leaves.map(({ values, shares }) => [values, shares])).toEqual([
      [['DE'], [80_000, 20_000]],
      [['US'], [20_000, 80_000]],
    ]);
    // The same counts added up over countries look like harm.
    const asOne = look(byCountry(), LEVELS);
    expect([asOne.decision.action, asOne.decision.allocation?.admission.withdrawn]).toEqual(['hold', ['a']]);
  });

  it('find harm that a treatment does, and units that are not divided as intended', () => {
    const harmful: Cells = { ...LEVELS, b: { DE: [80, 24, 4], US: [320, 16, 16] } };
    const outcome = look(byCountry(UNEVEN), harmful, { isByLeaf: true });
    expect(outcome.decision.allocation!.admission).toEqual({ ...UNEVEN, withdrawn: ['b'] });
    const skewed: Cells = { ...LEVELS, a: { DE: [400, 40, 20], US: [100, 1, 5] } };
    expect(look(byCountry(UNEVEN), skewed, { isByLeaf: true }).assessment.sampleRatio.mismatchAtMs).not.toBeNull();
  });

  it('are no evidence where a source does not tell them', () => {
    const outcome = look(byCountry(UNEVEN), LEVELS, { isByLeaf: false });
    for (const { nowLog10 } of outcome.assessment.treatments) expect(nowLog10).toBeCloseTo(0, 12);
    expect(outcome.decision.action).toBe('hold');
  });

  it('do not let a treatment rise in the leaf in which it may do harm, nor for all', () => {
    const admission = { ...UNEVEN, layers: [{ through: 20_000, split: HALVES, splits: { A: HALVES, B: HALVES } }] };
    const cells: Cells = {
      a: { DE: [400, 4, 24], US: [400, 6, 24] },
      b: { DE: [400, 4, 20], US: [400, 4, 20] },
      old: { DE: [3_200, 32, 160], US: [3_200, 32, 160] },
    };
    const outcome = look(byCountry(admission, 'advise'), cells, { isByLeaf: true });
    const isCapped = outcome.decision.allocation!.leaves!.map(({ treatments }) => treatments[0]!.isCapped);
    expect([outcome.decision.allocation!.treatments[0]!.isCapped, ...isCapped]).toEqual([true, false, true]);
    const [inGermany, inAmerica] = leavesOf(outcome)!;
    expect(inGermany![1][0]).toBeGreaterThan(50_000);
    expect(inAmerica![1][0]).toBeLessThanOrEqual(50_000);
  });
});
