import { isPassable, type Restrictions, type Rollout, type Surroundings } from '../../domain/index.ts';
import { checkpointsAhead } from './checkpoints-ahead.ts';
import { freezesAt } from './freezes-at.ts';

/** What restricts a rollout at a moment; undefined when nothing does. */
export function restrictionsAt(surroundings: Surroundings, rollout: Rollout, nowMs: number): Restrictions | undefined {
  const checkpoints = checkpointsAhead(surroundings, rollout, nowMs).filter((checkpoint) => !isPassable(checkpoint));
  const freezes = freezesAt(surroundings.freezes, rollout.definition, nowMs);
  const dependencies = surroundings.dependencies.filter(({ phase }) => phase !== 'completed');
  if (freezes.length + dependencies.length + checkpoints.length === 0) return undefined;
  return { freezes, dependencies, ...(checkpoints.length === 0 ? {} : { checkpoints }) };
}
