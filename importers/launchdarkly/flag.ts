import type { FlagDefinition, FlagValue, JsonValue } from '../../domain/index.ts';
import type { FlagNotes } from '../flag-notes.ts';
import { isOneOf } from '../rule/logic.ts';
import type { SourceNode } from '../source-node.ts';
import { type Branch, definitionOf } from '../targeting.ts';
import { VariantNames } from '../variant-names.ts';
import { keyOf } from './attribute.ts';
import { type Segments, translateClauses } from './clauses.ts';
import type { ExportedFlag, Variation } from './read-export.ts';
import { type Serving, serveAt, variantAt } from './serve.ts';

/** A flag in one environment as a definition: individual targets, then rules, then the default rule. */
export function translateFlag(flag: ExportedFlag, segments: Segments, notes: FlagNotes): FlagDefinition | undefined {
  const { at, config } = flag;
  if (at.at('deleted').boolean() === true || at.at('archived').boolean() === true) {
    notes.skip(at, 'The flag is archived or deleted.');
    return undefined;
  }
  if (!config.isPresent || !config.at('fallthrough').isPresent) {
    notes.refuse(
      config,
      'The export has no targeting for the flag; ask LaunchDarkly for the environment, with summary=0.',
    );
    return undefined;
  }
  const names = new VariantNames();
  const serving = { flag, notes, variants: namesOf(flag.variations, names, notes) };
  return config.at('on').boolean() === true ? switchedOn(serving, names, segments) : switchedOff(serving, names);
}

function switchedOff(serving: Serving, names: VariantNames): FlagDefinition {
  const { flag, notes } = serving;
  const hasRules = ['rules', 'targets', 'contextTargets', 'prerequisites'].some(
    (field) => flag.config.at(field).items().length > 0,
  );
  if (hasRules) {
    notes.change(
      flag.config,
      'The flag is off, so its targeting does not apply.',
      'its off variation for everybody, without the rules',
    );
  }
  return definitionOf(names, [], offVariantOf(serving));
}

function switchedOn(serving: Serving, names: VariantNames, segments: Segments): FlagDefinition {
  const { flag, notes } = serving;
  const { config } = flag;
  if (config.at('prerequisites').items().length > 0) {
    notes.refuse(config.at('prerequisites'), 'The flag depends on other flags; flagd has no prerequisites.');
  }
  const branches = [...targetBranches(serving), ...ruleBranches(serving, segments)];
  const off = offVariantOf(serving);
  return definitionOf(names, branches, serveAt(config.at('fallthrough'), serving), off ?? undefined);
}

function offVariantOf(serving: Serving): string | null {
  const off = serving.flag.config.at('offVariation');
  return off.isPresent ? variantAt(off, serving) : null;
}

function namesOf(variations: readonly Variation[], names: VariantNames, notes: FlagNotes): readonly string[] {
  return variations.map(({ value, name }) => {
    if (!value.isPresent || Array.isArray(value.value)) {
      notes.refuse(value, 'Its value is null or a list, which is no value of a flag in flagd.');
      return '';
    }
    return names.nameOf(value.value as FlagValue, name);
  });
}

/** Targets of other kinds than users stand in a second list, which holds places for the users' targets. */
function targetBranches(serving: Serving): readonly Branch[] {
  const users = serving.flag.config.at('targets').items();
  const contexts = serving.flag.config.at('contextTargets').items();
  const ordered =
    contexts.length === 0
      ? users
      : contexts.flatMap((target) => (isOfUsers(target) ? sameVariation(users, target) : [target]));
  return ordered.map((target) => ({
    when: isTarget(target, serving.notes),
    serve: variantAt(target.at('variation'), serving),
  }));
}

function isOfUsers(target: SourceNode): boolean {
  return (target.at('contextKind').text() || 'user') === 'user';
}

function sameVariation(users: readonly SourceNode[], target: SourceNode): readonly SourceNode[] {
  const variation = target.at('variation').number();
  return users.filter((user) => user.at('variation').number() === variation).slice(0, 1);
}

function isTarget(target: SourceNode, notes: FlagNotes): JsonValue {
  const key = keyOf(target.at('contextKind'), notes);
  return key === undefined
    ? false
    : isOneOf(
        key,
        target
          .at('values')
          .items()
          .map((value) => value.requiredText()),
      );
}

function ruleBranches(serving: Serving, segments: Segments): readonly Branch[] {
  return serving.flag.config
    .at('rules')
    .items()
    .map((rule) => ({
      when: rule.at('clauses').isPresent
        ? translateClauses(rule.at('clauses'), { segments, notes: serving.notes, path: [] })
        : false,
      serve: serveAt(rule, serving),
    }));
}
