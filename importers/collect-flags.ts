import type { FlagDefinition, FlagMetadata, FlagSet, JsonValue } from '../domain/index.ts';
import { checkFlag } from '../evaluator/index.ts';
import { type Finding, type ImportedFlags, type ImportOptions, UnreadableSource } from './finding.ts';
import { FlagNotes } from './flag-notes.ts';
import type { SourceNode } from './source-node.ts';

/** A flag of the source, and how it is translated; undefined when it is to be left out. */
export interface FlagToImport {
  readonly key: string;
  readonly at: SourceNode;
  translate(notes: FlagNotes): FlagDefinition | undefined;
}

/** Translates all flags; one that cannot be translated, or that our evaluator would refuse, is left out or disabled. */
export function collectFlags(
  flags: readonly FlagToImport[],
  { untranslatable = 'leaveOut' }: ImportOptions,
  metadata?: FlagMetadata,
): ImportedFlags {
  const collected = new Map<string, FlagDefinition>();
  const evaluators = new Map<string, JsonValue>();
  const findings: Finding[] = [];
  for (const flag of flags) {
    const notes = new FlagNotes(flag.key);
    if (collected.has(flag.key)) notes.refuse(flag.at, `The source has more than one flag "${flag.key}".`);
    const definition = translated(flag, notes);
    const kept = notes.isTranslatable || definition === undefined ? definition : disabled(definition, untranslatable);
    const isKept =
      kept !== undefined && !collected.has(flag.key) && checkFlag(flag.key, kept, notes.evaluators).length === 0;
    if (isKept) {
      collected.set(flag.key, kept);
      if (notes.isTranslatable) for (const [name, rule] of Object.entries(notes.evaluators)) evaluators.set(name, rule);
    }
    const instead = isKept
      ? 'the flag was imported as disabled: callers get their own default'
      : 'the flag was left out';
    findings.push(...notes.findings.map((finding) => ({ ...finding, instead: finding.instead || instead })));
  }
  return { flagSet: flagSetOf(collected, evaluators, metadata), findings };
}

function translated({ key, at, translate }: FlagToImport, notes: FlagNotes): FlagDefinition | undefined {
  try {
    const definition = translate(notes);
    if (definition === undefined || !notes.isTranslatable) return definition;
    for (const { path, message } of checkFlag(key, definition, notes.evaluators)) {
      notes.refuse(at, `It could not be stored here${path === '' ? '' : `, for its ${path}`}: ${message}`);
    }
    return definition;
  } catch (error) {
    if (!(error instanceof UnreadableSource)) throw error;
    notes.refuse(at, `It does not have the expected form: ${error.message}.`);
    return undefined;
  }
}

function disabled(
  { variants, metadata }: FlagDefinition,
  untranslatable: ImportOptions['untranslatable'],
): FlagDefinition | undefined {
  if (untranslatable !== 'disable') return undefined;
  return { state: 'DISABLED', variants, defaultVariant: null, ...(metadata === undefined ? {} : { metadata }) };
}

function flagSetOf(
  flags: ReadonlyMap<string, FlagDefinition>,
  evaluators: ReadonlyMap<string, JsonValue>,
  metadata: FlagMetadata | undefined,
): FlagSet {
  return {
    flags: Object.fromEntries(flags),
    ...(evaluators.size === 0 ? {} : { $evaluators: Object.fromEntries(evaluators) }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}
