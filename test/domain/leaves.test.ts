import { describe, expect, it } from 'vitest';
import {
  type Admission,
  admissionAt,
  allocationAt,
  intendedShares,
  isDividedByLeaf,
  leavesOf,
  REST,
  SHARE_TOTAL,
  sharesInForce,
  splitFor,
} from '../../domain/index.ts';

const HALVES = [50_000, 50_000];
const LAYERS = [
  { through: 10_000, split: HALVES },
  { through: 30_000, split: HALVES, splits: { A: [60_000, 40_000], B: [40_000, 60_000] } },
  { through: 50_000, split: HALVES, splits: { AA: [65_000, 35_000], AB: [55_000, 45_000], B: [35_000, 65_000] } },
];
const GROWN: Admission = {
  layers: LAYERS,
  withdrawn: [],
  tree: {
    attribute: 'country',
    leaves: [
      { leaf: 'AA', values: ['DE'] },
      { leaf: 'AB', values: ['FR'] },
      { leaf: 'B', values: ['US'] },
    ],
  },
};
const treatments = [
  { variant: 'a', split: 50_000 },
  { variant: 'b', split: 50_000 },
];
const rollout = (admission: Admission) => ({
  definition: { treatments, allocation: { policy: 'adaptive' } as never },
  state: { admission },
});

describe('The leaves of an admission', () => {
  it('have the split that the leaf had that they were part of, and before there was one, that of all', () => {
    expect(LAYERS.map((layer) => splitFor(layer, 'AB'))).toEqual([HALVES, [60_000, 40_000], [55_000, 45_000]]);
    expect(LAYERS.map((layer) => splitFor(layer, REST))).toEqual([HALVES, HALVES, HALVES]);
    expect(leavesOf(GROWN)).toEqual(['AA', 'AB', 'B', REST]);
    expect(leavesOf({})).toEqual([REST]);
  });

  it('are treated apart only above the first layer that has splits for them', () => {
    expect([10_000, 10_001, 50_000].map((coverage) => isDividedByLeaf(GROWN, coverage))).toEqual([false, true, true]);
    expect(isDividedByLeaf({ layers: LAYERS, withdrawn: [] }, 50_000)).toBe(false);
    expect(isDividedByLeaf(undefined, 50_000)).toBe(false);
  });

  it('have as much in control as all others, whatever their splits', () => {
    const intended = (leaf: string) => intendedShares(allocationAt({ treatments }, 50_000, GROWN, leaf));
    expect(intended('AA')).toEqual({ treatments: [5_000 + 12_000 + 13_000, 5_000 + 8_000 + 7_000], control: 50_000 });
    expect(intended('B')).toEqual({ treatments: [5_000 + 8_000 + 7_000, 5_000 + 12_000 + 13_000], control: 50_000 });
    expect(intended(REST)).toEqual({ treatments: [25_000, 25_000], control: 50_000 });
  });

  it('keep their splits when a person moves coverage, and the tree with them', () => {
    const after = admissionAt(rollout(GROWN), 80_000)!;
    expect(after.tree).toEqual(GROWN.tree);
    expect(after.layers.at(-1)).toEqual({ through: 80_000, ...sharesInForce(rollout(GROWN)) });
    expect(after.layers.at(-1)!.splits).toEqual(LAYERS[2]!.splits);
    expect(sharesInForce(rollout({ layers: LAYERS, withdrawn: [] }))).toEqual({ split: HALVES });
  });

  it('begin anew with the split of all when a treatment that they gave units to is withdrawn', () => {
    const shares = sharesInForce(rollout({ ...GROWN, withdrawn: ['a'] }));
    const all = [0, SHARE_TOTAL];
    expect(shares).toEqual({ split: all, splits: { AA: all, AB: all, B: all } });
  });
});
