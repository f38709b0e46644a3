import type { FlagDefinition, JsonValue } from '../../domain/index.ts';
import type { FlagToImport } from '../collect-flags.ts';
import type { FlagNotes } from '../flag-notes.ts';
import type { SourceNode } from '../source-node.ts';
import { type Branch, definitionOf } from '../targeting.ts';
import { VariantNames } from '../variant-names.ts';
import type { ExportedFeature } from './read-export.ts';
import { type Segments, translateStrategy } from './strategy.ts';
import { chooseVariant } from './variants.ts';

const ON = 'on';

/** The flags that a feature comes to: whether it is enabled and, if it has variants, which one. */
export function toFlags(feature: ExportedFeature, segments: Segments): readonly FlagToImport[] {
  const { key, at } = feature;
  const enabled: FlagToImport = { key, at, translate: (notes) => translateEnabled(feature, segments, notes) };
  if (isArchived(feature) || allVariants(feature).length === 0) return [enabled];
  return [enabled, { key: `${key}.variant`, at, translate: (notes) => translateVariants(feature, segments, notes) }];
}

function translateEnabled(feature: ExportedFeature, segments: Segments, notes: FlagNotes): FlagDefinition | undefined {
  if (isArchived(feature)) {
    notes.skip(feature.at, 'The feature is archived.');
    return undefined;
  }
  const names = new VariantNames();
  names.nameOf(true, ON);
  const off = names.nameOf(false, 'off');
  const branches = activations(feature, segments, notes).map(({ when }) => ({ when, serve: ON }));
  return definitionOf(names, branches, off);
}

function translateVariants(feature: ExportedFeature, segments: Segments, notes: FlagNotes): FlagDefinition {
  notes.change(
    feature.at,
    'In Unleash one feature answers two questions, isEnabled and getVariant.',
    `"${feature.key}" answers the first; this flag the second with the payload, or the caller's own default`,
  );
  const names = new VariantNames();
  const branches = activations(feature, segments, notes).map(({ when, strategy }): Branch => {
    const own = strategy?.at('variants').items() ?? [];
    const parameters = strategy?.at('parameters');
    const serve: JsonValue =
      own.length > 0
        ? chooseVariant(own, {
            salt: parameters?.at('groupId').text() || feature.key,
            stickiness: parameters?.at('stickiness').text(),
            names,
            notes,
          })
        : chooseVariant(feature.variants, { salt: feature.key, stickiness: undefined, names, notes });
    return { when, serve };
  });
  // A feature that is off still has the values that it would serve.
  if (!feature.isEnabled) {
    for (const variant of allVariants(feature))
      chooseVariant([variant], { salt: '', stickiness: undefined, names, notes });
  }
  return definitionOf(names, branches, null);
}

function isArchived({ at }: ExportedFeature): boolean {
  return at.at('archived').boolean() === true || at.at('archivedAt').isPresent;
}

function allVariants({ variants, strategies }: ExportedFeature): readonly SourceNode[] {
  return [...variants, ...strategies.flatMap((strategy) => strategy.at('variants').items())];
}

interface Activation {
  readonly when: JsonValue;
  /** Absent where the feature is on without any strategy. */
  readonly strategy?: SourceNode;
}

/** When the feature is enabled: one of its strategies holds, or it has none. */
function activations(feature: ExportedFeature, segments: Segments, notes: FlagNotes): readonly Activation[] {
  const { at, isEnabled, strategies, dependencies } = feature;
  if (!isEnabled) {
    if (strategies.length > 0)
      notes.change(at, 'The feature is off in this environment.', 'it is off for everybody, without its strategies');
    return [];
  }
  if (dependencies.length > 0)
    notes.refuse(dependencies[0]!, 'The feature depends on another one; flagd has no prerequisites.');
  if (strategies.length === 0) return [{ when: true }];
  const active = strategies.filter((strategy) => strategy.at('disabled').boolean() !== true);
  if (active.length === 0)
    notes.refuse(at, 'The feature is on, but all of its strategies are disabled: what it serves cannot be told.');
  return active.map((strategy) => ({
    when: translateStrategy(strategy, { feature: feature.key, segments, notes }),
    strategy,
  }));
}
