import type { Admission, RolloutDefinition } from '../../../domain/index.ts';

/** The sides that are compared: all treatments in the plan's order and, last, control. */
export interface Arms {
  readonly variants: readonly string[];
  /** Indexes of the treatments that are not withdrawn. */
  readonly live: readonly number[];
}

/** The arms of a rollout. */
export function armsOf({ treatments, control }: RolloutDefinition, admission: Admission | undefined): Arms {
  const live = treatments.flatMap(({ variant }, k) => (admission?.withdrawn.includes(variant) ? [] : [k]));
  return { variants: [...treatments.map(({ variant }) => variant), control], live };
}

/** All pairs of arms, each once, in an order that is always the same. */
export function pairsOf({ variants }: Pick<Arms, 'variants'>): readonly { readonly a: number; readonly b: number }[] {
  return variants.flatMap((_, a) => variants.slice(a + 1).map((_other, index) => ({ a, b: a + 1 + index })));
}
