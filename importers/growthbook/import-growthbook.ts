import type { FlagDefinition, FlagValue } from '../../domain/index.ts';
import { collectFlags } from '../collect-flags.ts';
import { type ImportedFlags, type ImportOptions, UnreadableSource } from '../finding.ts';
import type { FlagNotes } from '../flag-notes.ts';
import { SourceNode } from '../source-node.ts';
import { type Branch, definitionOf } from '../targeting.ts';
import { VariantNames } from '../variant-names.ts';
import { translateRule } from './rule.ts';

/**
 * Flags of GrowthBook's SDK payload (`GET /api/features/<client key>`: features, savedGroups).
 *
 * The attribute `id` becomes the targeting key. Meaning of the rules: growthbook/growthbook `packages/sdk-js`.
 */
export function importGrowthBook(json: unknown, options: ImportOptions = {}): ImportedFlags {
  const source = new SourceNode(json);
  if (source.at('encryptedFeatures').isPresent) {
    throw new UnreadableSource('the payload is encrypted; export it from an SDK connection without encryption');
  }
  const features = source.at('features');
  if (!features.isPresent)
    throw new UnreadableSource('a GrowthBook payload has "features" at its top level; this one has not');
  const savedGroups = source.at('savedGroups');
  const flags = features.entries().map(([key, at]) => ({
    key,
    at,
    translate: (notes: FlagNotes) => translateFeature(key, at, savedGroups, notes),
  }));
  return collectFlags(flags, options);
}

function translateFeature(
  key: string,
  at: SourceNode,
  savedGroups: SourceNode,
  notes: FlagNotes,
): FlagDefinition | undefined {
  const names = new VariantNames();
  const serve = (value: SourceNode): string | null => {
    // Null stands for the caller's own default, which only the default rule can ask for here.
    if (!value.isPresent) return null;
    if (Array.isArray(value.value)) notes.refuse(value, 'Its value is a list, which is no value of a flag in flagd.');
    return names.nameOf(value.value as FlagValue);
  };
  const otherwise = serve(at.at('defaultValue'));
  const branches: Branch[] = [];
  for (const rule of at.at('rules').items()) {
    branches.push(
      ...translateRule({ key, rule, savedGroups, notes, serve: (value) => served(value, otherwise, serve, notes) }),
    );
  }
  if (Object.keys(names.variants).length === 0) {
    notes.refuse(at, 'None of its values is anything but null, and a flag needs at least one variant.');
    return undefined;
  }
  return definitionOf(names, branches, otherwise);
}

function served(
  value: SourceNode,
  otherwise: string | null,
  serve: (value: SourceNode) => string | null,
  notes: FlagNotes,
): string | null {
  const name = serve(value);
  if (name === null && otherwise !== null) {
    notes.refuse(value, `A rule serves null (the caller's default) while the feature has the default "${otherwise}".`);
  }
  return name;
}
