import type { RolloutDefinition } from '../../../domain/index.ts';
import {
  addContrastWindow,
  addSums,
  bestTreatment,
  type Contrast,
  logBetterEValue,
  NO_CONTRAST,
  NO_VALUES,
  type ValueSums,
} from '../../../models/index.ts';
import type { WindowReading } from '../closed-window.ts';
import { type Arms, armsOf, pairsOf } from './arms.ts';
import { baseOf, type Objective, objectivesOf, sumsIn, worthOf } from './objectives.ts';

/** What is remembered of how treatments compare in the objectives; plain JSON of bounded size. Arms are in the order of `armsOf`. */
export interface AllocationEvidence {
  /** Control's units by which the scale of each objective is known, by metric; frozen when there are enough of all. */
  readonly bases: Readonly<Record<string, ValueSums>>;
  /** Recent units of all arms, by metric. */
  readonly centres: Readonly<Record<string, ValueSums>>;
  /** Sums by metric and arm, a stratum for each coverage: the shares of treatments are constant in it. */
  readonly strata: readonly {
    readonly coverage: number;
    readonly sums: Readonly<Record<string, readonly ValueSums[]>>;
  }[];
  /** By metric and pair. */
  readonly contrasts: Readonly<Record<string, readonly Contrast[]>>;
  /** Highest log E so far that one arm is better than another. */
  readonly peaks: readonly (readonly number[])[];
  /** The treatment that was found to be the best, and when; null before. It stays found. */
  readonly best: { readonly variant: string; readonly atMs: number } | null;
  /** When the newest split was decided; null before the first. */
  readonly splitAtMs: number | null;
}

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
  const contrasts = each(objectives, (name, { metric }) =>
    pairsOf(arms).map(({ a, b }, pair) => {
      const before = evidence.contrasts[name]![pair]!;
      const meant = arms.shares(reading.intended)[a]! + arms.shares(reading.intended)[b]!;
      const theta = arms.shares(reading.intended)[a]! / meant;
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

/** Whether the scale of every objective is known. */
export function isScaleKnown({ bases }: AllocationEvidence): boolean {
  return Object.values(bases).every(
    ({ n, sum, sumOfSquares, nonZero = 0 }) =>
      n >= SCALE_UNITS && nonZero >= SCALE_NON_ZERO_UNITS && sum !== 0 && sumOfSquares * n > sum * sum,
  );
}

/** Control units, and control units that are not 0, by which a scale is known. */
const SCALE_UNITS = 200;
const SCALE_NON_ZERO_UNITS = 20;

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

/** Units, and units that are not 0, that an arm needs in every objective before it may be called better or worse. */
const ENOUGH_UNITS = 100;
const ENOUGH_NON_ZERO_UNITS = 20;

function withBest(
  definition: RolloutDefinition,
  evidence: AllocationEvidence,
  arms: Arms,
  atMs: number,
): AllocationEvidence {
  const enough = arms.variants.map((_, arm) => hasEnough(evidence, arm));
  const { alpha } = definition.allocation!;
  const treatments = definition.treatments.length;
  const peaks = evidence.peaks.map((row) => [...row]);
  for (const [pair, { a, b }] of pairsOf(arms).entries()) {
    if (!enough[a] || !enough[b]) continue;
    const objectives = contrastsOf(definition, evidence, pair);
    const turned = objectives.map((one) => ({ ...one, worth: -one.worth }));
    peaks[a]![b] = Math.max(peaks[a]![b]!, logBetterEValue(objectives, alpha / treatments));
    peaks[b]![a] = Math.max(peaks[b]![a]!, logBetterEValue(turned, alpha / treatments));
  }
  const { best } = bestTreatment(peaks, arms.live, { treatments, alpha });
  if (evidence.best !== null || best === undefined) return { ...evidence, peaks };
  return { ...evidence, peaks, best: { variant: arms.variants[best]!, atMs } };
}

/** The contrast of one pair in each objective, with what it is worth. */
export function contrastsOf(definition: RolloutDefinition, { bases, contrasts }: AllocationEvidence, pair: number) {
  return objectivesOf(definition).map((objective) => {
    const name = objective.metric.metric;
    const base = baseOf(objective.metric, bases[name]!);
    return {
      worth: worthOf(objective, base),
      deviation: Math.sqrt(base.variance),
      contrast: contrasts[name]![pair]!,
    };
  });
}

function hasEnough({ strata }: AllocationEvidence, arm: number): boolean {
  const names = Object.keys(strata[0]?.sums ?? {});
  return names.every((name) => {
    const { n, nonZero = 0 } = strata.reduce((sum, stratum) => addSums(sum, stratum.sums[name]![arm]!), NO_VALUES);
    return n >= ENOUGH_UNITS && nonZero >= ENOUGH_NON_ZERO_UNITS;
  });
}
