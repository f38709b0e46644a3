import type { FlagDefinition, FlagMetadata, JsonObject } from '../domain/index.ts';
import { checkEvaluators } from '../evaluator/index.ts';
import { collectFlags, type FlagToImport } from './collect-flags.ts';
import { type ImportedFlags, type ImportOptions, UnreadableSource } from './finding.ts';
import type { FlagNotes } from './flag-notes.ts';
import { SourceNode } from './source-node.ts';

/** Flags of a flagd definition file, as they are; those that could not be stored here are left out. */
export function importFlagd(json: unknown, options: ImportOptions = {}): ImportedFlags {
  const source = new SourceNode(json);
  const flags = source.at('flags');
  if (!flags.isPresent) throw new UnreadableSource('a flagd file has "flags" at its top level; this one has not');
  const evaluators = source.at('$evaluators').object() ?? {};
  const [mistake] = checkEvaluators(evaluators);
  if (mistake !== undefined) throw new UnreadableSource(`/$evaluators${mistake.path}: ${mistake.message}`);
  const metadata = source.at('metadata').object() as FlagMetadata | undefined;
  return collectFlags(toImport(flags, evaluators), options, metadata);
}

/** The file form has an object of flags, the daemon's form a list of flags with their keys. */
function toImport(flags: SourceNode, evaluators: JsonObject): readonly FlagToImport[] {
  const named = Array.isArray(flags.value)
    ? flags.items().map((at) => [at.at('key').requiredText(), at] as const)
    : flags.entries();
  return named.map(([key, at]) => ({ key, at, translate: (notes) => definitionAt(at, evaluators, notes) }));
}

function definitionAt(at: SourceNode, evaluators: JsonObject, notes: FlagNotes): FlagDefinition {
  const { key: _, ...definition } = at.object() ?? {};
  for (const [name, rule] of Object.entries(evaluators)) notes.share(name, () => rule);
  return definition as unknown as FlagDefinition;
}
