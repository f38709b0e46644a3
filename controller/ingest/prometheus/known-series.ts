import { type CounterSeries, labelOf } from './counter-series.ts';
import type { SourceFault } from './source-fault.ts';

/** Series of the variants that are compared, and what was found of others. */
export interface KnownSeries {
  readonly series: readonly CounterSeries[];
  readonly faults: readonly SourceFault[];
}

/** Leaves out series without the variant label, and of variants that are not compared: those are nobody's exposures. */
export function knownSeries(
  series: readonly CounterSeries[],
  variantLabel: string,
  variants: readonly string[],
): KnownSeries {
  const unlabelled = series.filter((counter) => (labelOf(counter, variantLabel) ?? '') === '');
  const foreign = series
    .map((counter) => labelOf(counter, variantLabel) ?? '')
    .filter((variant) => variant !== '' && !variants.includes(variant));
  const faults: SourceFault[] = [];
  if (unlabelled.length > 0) {
    faults.push({ reason: 'missingVariantLabel', detail: `${unlabelled.length} series without "${variantLabel}"` });
  }
  if (foreign.length > 0) {
    const detail = `${foreign.length} series whose "${variantLabel}" is "${foreign[0]}" or another that is not compared`;
    faults.push({ reason: 'unknownVariant', detail });
  }
  return { series: series.filter((counter) => variants.includes(labelOf(counter, variantLabel) ?? '')), faults };
}
