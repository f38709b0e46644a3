import type { FlagDefinition, PublishedState } from '../../domain/index.ts';

/** Rollouts in force that serve variants by name which a new definition of their flag lacks: a sentence about each. */
export function lostVariants(state: PublishedState, flag: string, definition: FlagDefinition): readonly string[] {
  return state.rollouts.flatMap(({ definition: rollout }) => {
    if (rollout.flag !== flag) return [];
    const used = [rollout.control, ...rollout.treatments.map((treatment) => treatment.variant)];
    const missing = used.filter((variant) => !Object.hasOwn(definition.variants, variant));
    return missing.length === 0
      ? []
      : [`rollout "${rollout.rollout}" serves the variant(s) ${missing.join(', ')}, which the new definition lacks`];
  });
}
