import type { AdmissionTree, Leaf } from '../../../domain/index.ts';
import { divideValues } from '../../../models/index.ts';
import { type Known, utilitiesWith } from './beliefs.ts';

/** Leaves are divided once more at most. */
const MAX_DEPTH = 2;

/** Units that each half needs, and the chance of dividing values at one look of which one treatment is the best throughout. */
const LIMITS = { minUnits: 500, alpha: 0.005 };

/**
 * The tree with its leaves divided where different treatments are better in their halves; undefined while there is none.
 *
 * Values never leave their leaf but for a part of it, and a part keeps the splits that the leaf had: growing moves nobody.
 */
export function grownTree(known: Known, tree: AdmissionTree | undefined): AdmissionTree | undefined {
  const { byAttribute } = known.definition.allocation!;
  const { values } = known.evidence;
  if (byAttribute === undefined || values === undefined) return tree;
  const root: Leaf = { leaf: '', values: Object.keys(values) };
  const leaves = (tree?.leaves ?? [root]).flatMap((leaf) => divided(known, leaf));
  return leaves[0]?.leaf === '' ? undefined : { attribute: byAttribute.attribute, leaves };
}

function divided(known: Known, { leaf, values }: Leaf): readonly Leaf[] {
  const found =
    leaf.length < MAX_DEPTH
      ? divideValues(
          values.map((value) => ({ value, arms: utilitiesWith(known, value) })),
          LIMITS,
        )
      : undefined;
  if (found === undefined) return [{ leaf, values }];
  return found.map((half, index) => ({ leaf: `${leaf}${'AB'[index]}`, values: half }));
}
