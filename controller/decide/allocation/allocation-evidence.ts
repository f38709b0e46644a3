import type { RolloutDefinition } from '../../../domain/index.ts';
import { addContrastWindow, addSums, NO_CONTRAST, NO_VALUES, type ValueSums } from '../../../models/index.ts';
import type { WindowReading } from '../closed-window.ts';
import type { Stratum } from '../strata.ts';
import { addValues } from './add-values.ts';
import { type AllocationEvidence, isScaleKnown, withStratum } from './allocation-state.ts';
import { type Arms, armsOf, pairsOf } from './arms.ts';
import { withBest } from './find-best.ts';
import { type Objective, objectivesOf, sumsIn } from './objectives.ts';

/** Most coverages, and leaves at them, that are told apart; the oldest goes first. */
const MAX_STRATA = 64;

/** The state before the first window. */
export function emptyAllocationEvidence(definition: RolloutDefinition): AllocationEvidence {
  const arms = armsOf(definition, undefined);
  const objectives = objectivesOf(definition);
  const each = <T>(value: T) => Object.fromEntries(objectives.map(({ metric }) => [metric.metric, value]));
  return {
    bases: each(NO_VALUES),
    centres: each(NO_VALUES),
    strata: [],
    ...(definition.allocation?.byAttribute && { values: {} }),
    contrasts: each(pairsOf(arms).map(() => NO_CONTRAST)),
    peaks: arms.variants.map(() => arms.variants.map(() => 0)),
    best: null,
    splitAtMs: null,
  };
}

/** Adds one window that was read. Those of burn-in do not count, nor those that tell the scale. */
export function addAllocationWindow(
  definition: RolloutDefinition,
  evidence: AllocationEvidence,
  reading: WindowReading,
  arms: Arms,
): AllocationEvidence {
  if (reading.isBurnIn) return evidence;
  const { window, strata, fading } = reading;
  const objectives = objectivesOf(definition);
  const seen = seenIn(window, objectives, arms);
  if (!isScaleKnown(evidence)) {
    const bases = each(objectives, (name) => addSums(evidence.bases[name]!, seen[name]!.at(-1)!));
    return { ...evidence, bases, centres: bases };
  }
  const added = strata.reduce(
    (sum, stratum) => addStratum(sum, window.coverage, stratum, { objectives, arms }),
    evidence,
  );
  const centres = each(objectives, (name) => seen[name]!.reduce(addSums, faded(evidence.centres[name]!, fading)));
  const values = addValues(definition, evidence.values, window, arms);
  return withBest(definition, { ...added, centres, ...(values && { values }) }, arms, window.endMs);
}

interface Compared {
  readonly objectives: readonly Objective[];
  readonly arms: Arms;
}

/** Treatments are compared inside a stratum, with the shares that hold there. */
function addStratum(
  evidence: AllocationEvidence,
  coverage: number,
  { leaf, intended, variants }: Stratum,
  { objectives, arms }: Compared,
): AllocationEvidence {
  const seen = seenIn({ variants }, objectives, arms);
  const shares = [...intended.treatments, intended.control];
  const contrasts = each(objectives, (name, { metric }) =>
    pairsOf(arms).map(({ a, b }, pair) => {
      const before = evidence.contrasts[name]![pair]!;
      const theta = shares[a]! / (shares[a]! + shares[b]!);
      if (!(theta > 0 && theta < 1)) return before;
      const [sumsA, sumsB] = [seen[name]![a]!, seen[name]![b]!];
      const centre = evidence.centres[name]!.sum / evidence.centres[name]!.n;
      return addContrastWindow(before, { a: sumsA, b: sumsB, theta, centre, dispersion: metric.dispersion });
    }),
  );
  const added = { coverage, ...(leaf === undefined ? {} : { leaf }), sums: seen };
  return { ...evidence, contrasts, strata: withStratum(evidence.strata, added, MAX_STRATA) };
}

function seenIn(part: Pick<Stratum, 'variants'>, objectives: readonly Objective[], { variants }: Arms) {
  return each(objectives, (_, { metric }) => variants.map((variant) => sumsIn(part, variant, metric)));
}

function each<T>(objectives: readonly Objective[], of: (name: string, objective: Objective) => T) {
  return Object.fromEntries(
    objectives.map((objective) => [objective.metric.metric, of(objective.metric.metric, objective)]),
  );
}

/** What is left after some time; a unit at least, so that a mean is always known. */
function faded({ n, sum, sumOfSquares, nonZero = 0 }: ValueSums, fading: number): ValueSums {
  const kept = Math.max(fading, Math.min(1, 1 / n));
  return { n: n * kept, sum: sum * kept, sumOfSquares: sumOfSquares * kept, nonZero: nonZero * kept };
}
