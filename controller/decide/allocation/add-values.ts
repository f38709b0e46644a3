import { OTHER_SEGMENT_VALUE, type RolloutDefinition, segmentOf } from '../../../domain/index.ts';
import type { ValueSums } from '../../../models/index.ts';
import { segmentIn } from '../read-window.ts';
import type { SummedWindow } from '../sum-sources.ts';
import { type AllocationEvidence, withStratum } from './allocation-state.ts';
import type { Arms } from './arms.ts';
import { objectivesOf } from './objectives.ts';

/** Values that are told apart, those with the most units when they were first seen; units of others are in no leaf. */
const MAX_VALUES = 12;

/** Coverages that are told apart of each value. */
const MAX_COVERAGES = 12;

/** The sums by value of the attribute after a window; undefined where splits depend on none. */
export function addValues(
  definition: RolloutDefinition,
  values: AllocationEvidence['values'],
  window: SummedWindow,
  { variants }: Arms,
): AllocationEvidence['values'] {
  const attribute = definition.allocation?.byAttribute?.attribute;
  if (attribute === undefined || values === undefined) return values;
  const objectives = objectivesOf(definition);
  const after = new Map(Object.entries(values));
  for (const value of valuesAfter(Object.keys(values), window, attribute)) {
    const segment = segmentOf(attribute, value);
    const sums = objectives.map(({ metric }) => {
      const arms = variants.map((variant): ValueSums => {
        const shown = segmentIn(window, variant, segment, metric);
        const [n, x] = shown?.kind === 'rate' ? [shown.exposures, shown.events] : [0, 0];
        return { n, sum: x, sumOfSquares: x, nonZero: x };
      });
      return [metric.metric, arms] as const;
    });
    const added = { coverage: window.coverage, sums: Object.fromEntries(sums) };
    after.set(value, withStratum(after.get(value) ?? [], added, MAX_COVERAGES));
  }
  return Object.fromEntries(after);
}

/** The values that are known and, as long as there is room, those that are new. */
function valuesAfter(known: readonly string[], window: SummedWindow, attribute: string): readonly string[] {
  if (known.length >= MAX_VALUES) return known;
  const prefix = segmentOf(attribute, '');
  const units = new Map<string, number>();
  for (const { segments = {} } of Object.values(window.variants)) {
    for (const [segment, metrics] of Object.entries(segments)) {
      const value = segment.slice(prefix.length);
      if (!segment.startsWith(prefix) || value === OTHER_SEGMENT_VALUE || known.includes(value)) continue;
      units.set(value, (units.get(value) ?? 0) + Math.max(0, ...Object.values(metrics).map((one) => one.exposures)));
    }
  }
  const found = [...units].sort(([a, unitsOfA], [b, unitsOfB]) => unitsOfB - unitsOfA || (a < b ? -1 : 1));
  return [...known, ...found.map(([value]) => value)].slice(0, MAX_VALUES);
}
