import type { Admission, AdmissionLayer, AdmissionTree } from './allocation.ts';

/** The leaf of all units that no other leaf has. */
export const REST = 'rest';

/** Names of all leaves of an admission, `REST` last. */
export function leavesOf(admission: Pick<Admission, 'tree'> | undefined): readonly string[] {
  return [...(admission?.tree?.leaves ?? []).map(({ leaf }) => leaf), REST];
}

/** The split of a layer for the units of a leaf: its own, or that of the leaf that it was a part of when the layer was added. */
export function splitFor({ split, splits = {} }: AdmissionLayer, leaf: string): readonly number[] {
  if (leaf === REST) return split;
  for (let length = leaf.length; length > 0; length -= 1) {
    const name = leaf.slice(0, length);
    if (Object.hasOwn(splits, name)) return splits[name]!;
  }
  return split;
}

/** Whether leaves are treated apart at a coverage: below the first layer with splits of their own they are not. */
export function isDividedByLeaf(
  admission: Admission | undefined,
  coverage: number,
): admission is Admission & { readonly tree: AdmissionTree } {
  if (admission?.tree === undefined) return false;
  const first = admission.layers.findIndex(({ splits }) => splits !== undefined);
  return first !== -1 && coverage > (admission.layers[first - 1]?.through ?? 0);
}
