import type { RolloutDefinition } from '../../../domain/index.ts';
import { addContrastWindow, addSums, NO_CONTRAST, NO_VALUES, type ValueSums } from '../../../models/index.ts';
import type { WindowReading } from '../closed-window.ts';
import { type AllocationEvidence, isScaleKnown } from './allocation-state.ts';
import { type Arms, armsOf, pairsOf } from './arms.ts';
import { withBest } from './find-best.ts';
import { type Objective, objectivesOf, sumsIn } from './objectives.ts';

/** Most coverages that are told apart; the oldest goes first. */
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
  const objectives = objectivesOf(definition);
  const seen = Object.fromEntries(
    objectives.map(({ metric }) => [
      metric.metric,
      arms.variants.map((variant) => sumsIn(reading.window, variant, metric)),
    ]),
  );
  if (!isScaleKnown(evidence)) {
    const bases = each(objectives, (name) => addSums(evidence.bases[name]!, seen[name]!.at(-1)!));
    return { ...evidence, bases, centres: bases };
  }
  const shares = [...reading.intended.treatments, reading.intended.control];
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
  const centres = each(objectives, (name) =>
    seen[name]!.reduce(addSums, faded(evidence.centres[name]!, reading.fading)),
  );
  const strata = withStratum(evidence.strata, reading.window.coverage, seen);
  return withBest(definition, { ...evidence, contrasts, centres, strata }, arms, reading.window.endMs);
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

function withStratum(
  strata: AllocationEvidence['strata'],
  coverage: number,
  seen: Readonly<Record<string, readonly ValueSums[]>>,
): AllocationEvidence['strata'] {
  const index = strata.findIndex((stratum) => stratum.coverage === coverage);
  const known = strata[index];
  if (known === undefined) return [...strata, { coverage, sums: seen }].slice(-MAX_STRATA);
  const sums = Object.fromEntries(
    Object.entries(known.sums).map(([name, arms]) => [name, arms.map((arm, k) => addSums(arm, seen[name]![k]!))]),
  );
  return strata.with(index, { coverage, sums });
}
