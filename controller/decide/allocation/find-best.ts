import type { RolloutDefinition } from '../../../domain/index.ts';
import { addSums, bestTreatment, logBetterEValue, NO_VALUES } from '../../../models/index.ts';
import type { AllocationEvidence } from './allocation-state.ts';
import { type Arms, pairsOf } from './arms.ts';
import { baseOf, objectivesOf, worthOf } from './objectives.ts';

/** Units, and units that are not 0, that an arm needs in every objective before it may be called better or worse. */
const ENOUGH_UNITS = 100;
const ENOUGH_NON_ZERO_UNITS = 20;

/** The evidence with its peaks after a window, and with the treatment that has become the best by it. */
export function withBest(
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
