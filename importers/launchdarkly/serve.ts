import type { JsonValue } from '../../domain/index.ts';
import type { FlagNotes } from '../flag-notes.ts';
import { isGiven } from '../rule/logic.ts';
import { byBucket, type Slice } from '../rule/share.ts';
import type { SourceNode } from '../source-node.ts';
import { attributeOf, keyOf } from './attribute.ts';
import type { ExportedFlag } from './read-export.ts';

const WEIGHT_TOTAL = 100_000;

/** What is needed to serve a variation. */
export interface Serving {
  readonly flag: ExportedFlag;
  readonly notes: FlagNotes;
  /** Names of the variants, by the index of the variation. */
  readonly variants: readonly string[];
}

/** The variant of an index into the variations. */
export function variantAt(index: SourceNode, { variants, notes }: Serving): string {
  const variant = variants[index.number() ?? -1];
  if (variant === undefined) notes.refuse(index, 'There is no variation with this index.');
  return variant ?? '';
}

/** What a rule or the default rule serves: one variation, or several in a percentage rollout. */
export function serveAt(rule: SourceNode, serving: Serving): JsonValue {
  if (rule.at('variation').isPresent) return variantAt(rule.at('variation'), serving);
  const rollout = rule.at('rollout');
  const parts = rollout.at('variations').items();
  if (parts.length === 0) return serving.notes.refuse(rule, 'It serves neither a variation nor a rollout.');
  return rolledOut(rollout, slicesOf(parts, serving), serving);
}

function rolledOut(rollout: SourceNode, slices: readonly Slice[], { flag, notes }: Serving): JsonValue {
  const bucketBy = rollout.at('bucketBy');
  const isExperiment = rollout.at('kind').text() === 'experiment';
  const value =
    bucketBy.isPresent && !isExperiment
      ? attributeOf(bucketBy, rollout.at('contextKind'), notes)
      : keyOf(rollout.at('contextKind'), notes);
  if (value === undefined) return false;
  const seed = rollout.at('seed').number();
  const prefix = seed === undefined || seed === 0 ? `${flag.key}.${flag.config.at('salt').text() ?? ''}` : String(seed);
  const chosen = byBucket({ salt: `${prefix}.`, value }, slices, null);
  if (typeof chosen !== 'object' || chosen === null) return chosen;
  notes.changeHashing(rollout, value);
  // LaunchDarkly puts units without the attribute into the lowest bucket.
  const lowest = slices.find(({ from, to }) => from < to);
  return { if: [isGiven(value), chosen, lowest?.result ?? null] };
}

/** Weights laid end to end; what they leave of the range goes to the last one. */
function slicesOf(parts: readonly SourceNode[], serving: Serving): readonly Slice[] {
  let from = 0;
  return parts.map((part, index) => {
    const end = Math.min(1, from + (part.at('weight').number() ?? 0) / WEIGHT_TOTAL);
    const to = index === parts.length - 1 ? 1 : end;
    const slice = { from, to, result: variantAt(part.at('variation'), serving) };
    from = to;
    return slice;
  });
}
