import type { Restrictions, RolloutDefinition, Surroundings } from '../../domain/index.ts';
import { freezesAt } from './freezes-at.ts';

/** What restricts a rollout at a moment; undefined when nothing does. */
export function restrictionsAt(
  { freezes, dependencies }: Surroundings,
  definition: RolloutDefinition,
  nowMs: number,
): Restrictions | undefined {
  const found = {
    freezes: freezesAt(freezes, definition, nowMs),
    dependencies: dependencies.filter(({ phase }) => phase !== 'completed'),
  };
  return found.freezes.length + found.dependencies.length === 0 ? undefined : found;
}
