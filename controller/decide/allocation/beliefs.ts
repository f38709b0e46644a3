import type { RolloutDefinition } from '../../../domain/index.ts';
import { type AllocationBelief, momentsOf, shrunkBeliefs, stratifiedBeliefs } from '../../../models/index.ts';
import { ownEntry } from '../read-window.ts';
import { type AllocationEvidence, type SumsOfStratum, withStratum } from './allocation-state.ts';
import { baseOf, objectivesOf, worthOf } from './objectives.ts';

/** What is known of a rollout, and the indexes of the treatments that are asked for. */
export interface Known {
  readonly definition: RolloutDefinition;
  readonly evidence: AllocationEvidence;
  readonly live: readonly number[];
}

/** What is believed of each objective among all units. */
export function beliefsOfAll(known: Known): readonly AllocationBelief[] {
  return beliefsFrom(known, known.evidence.strata);
}

/** The same among the units with some values of the attribute, shrunk towards all units. */
export function beliefsIn(known: Known, values: readonly string[]): readonly AllocationBelief[] {
  const all = beliefsOfAll(known);
  const part = beliefsFrom(known, strataOfValues(known, values));
  return part.map(({ worth, means }, index) => ({ worth, means: shrunkBeliefs(means, all[index]!.means) }));
}

/** What the units with one value say by themselves: the utility of each treatment, in the order of `live`. */
export function utilitiesWith(known: Known, value: string) {
  const strata = strataOfValues(known, [value]);
  const beliefs = beliefsFrom(known, strata);
  const [name] = Object.keys(known.evidence.bases);
  return known.live.map((arm, place) => {
    const moments = beliefs.map(({ worth, means }) => ({ worth, ...momentsOf(means[place]!) }));
    return {
      units: strata.reduce((sum, { sums }) => sum + sums[name!]![arm]!.n, 0),
      mean: moments.reduce((sum, { worth, mean }) => sum + worth * mean, 0),
      variance: moments.reduce((sum, { worth, variance }) => sum + worth ** 2 * variance, 0),
    };
  });
}

function beliefsFrom({ definition, evidence, live }: Known, strata: readonly SumsOfStratum[]): AllocationBelief[] {
  return objectivesOf(definition).map((objective) => {
    const name = objective.metric.metric;
    const base = baseOf(objective.metric, evidence.bases[name]!);
    const sums = strata.map((stratum) => live.map((k) => stratum.sums[name]![k]!));
    return { worth: worthOf(objective, base), means: stratifiedBeliefs(base, sums, live.length) };
  });
}

/** The values of a leaf were in one leaf ever since: at a coverage their shares were the same. */
function strataOfValues({ evidence }: Known, values: readonly string[]): readonly SumsOfStratum[] {
  const strata = values.flatMap((value) => ownEntry(evidence.values, value) ?? []);
  return strata.reduce<readonly SumsOfStratum[]>((sum, one) => withStratum(sum, one, strata.length), []);
}
