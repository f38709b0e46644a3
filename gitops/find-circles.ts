import type { ActualState } from './compare-state.ts';
import type { DesiredState } from './desired-state.ts';
import { type Mistake, placeText } from './read-documents.ts';

/** Rollouts of the files that would wait for themselves, with what is on the server already taken into account. */
export function findCircles(desired: DesiredState, actual: Pick<ActualState, 'rollouts'>): readonly Mistake[] {
  const dependenciesOf = (name: string) => {
    const wanted = desired.rollouts.get(name);
    return (wanted ? wanted.value.dependsOn : actual.rollouts.get(name)?.definition.dependsOn) ?? [];
  };
  return [...desired.rollouts].flatMap(([name, { place }]) => {
    const circle = wayBack(name, dependenciesOf);
    if (circle === undefined) return [];
    const index = dependenciesOf(name).indexOf(circle[1]!);
    const message = `rollout "${name}" would wait for itself: ${circle.join(' → ')}; leave one of them out`;
    return [{ at: placeText(place, `/dependsOn/${index}`), message }];
  });
}

/** The shortest way from a name back to itself, with both ends; undefined when there is none. */
function wayBack(name: string, dependenciesOf: (name: string) => readonly string[]): readonly string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [name];
  for (const at of queue) {
    for (const next of dependenciesOf(at)) {
      if (next === name) return [...wayTo(at, name, cameFrom), name];
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, at);
      queue.push(next);
    }
  }
  return undefined;
}

function wayTo(at: string, start: string, cameFrom: ReadonlyMap<string, string>): readonly string[] {
  return at === start ? [start] : [...wayTo(cameFrom.get(at)!, start, cameFrom), at];
}
