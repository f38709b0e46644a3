import type { JsonValue } from '../../domain/index.ts';
import type { FlagNotes } from '../flag-notes.ts';
import { allOf, anyOf, isGiven, isOneOf, not, someElement } from '../rule/logic.ts';
import { isInRanges } from '../rule/share.ts';
import type { SourceNode } from '../source-node.ts';
import { attributeOf, keyOf } from './attribute.ts';
import { translateOperator } from './operator.ts';

/** Segments by their keys. */
export type Segments = ReadonlyMap<string, SourceNode>;

/** What clauses refer to. */
export interface ClauseScope {
  readonly segments: Segments;
  readonly notes: FlagNotes;
  /** Segments that are being translated, outermost first. */
  readonly path: readonly string[];
}

/** The clauses of a rule: all have to hold. */
export function translateClauses(clauses: SourceNode, scope: ClauseScope): JsonValue {
  return allOf(clauses.items().map((clause) => translateClause(clause, scope)));
}

/** A clause never holds for a unit without the attribute, not even a negated one. */
function translateClause(clause: SourceNode, scope: ClauseScope): JsonValue {
  const { notes } = scope;
  const isNegated = clause.at('negate').boolean() === true;
  if (clause.at('op').requiredText() === 'segmentMatch') {
    const isMember = anyOf(
      clause
        .at('values')
        .items()
        .map((key) => isInSegment(key, scope)),
    );
    return isNegated ? not(isMember) : isMember;
  }
  const value = attributeOf(clause.at('attribute'), clause.at('contextKind'), notes);
  if (value === undefined) return false;
  const holds = someElement(value, (element) => translateOperator(clause, element, notes));
  return isNegated ? allOf([isGiven(value), not(holds)]) : holds;
}

function isInSegment(key: SourceNode, scope: ClauseScope): JsonValue {
  const { segments, notes, path } = scope;
  const name = key.requiredText();
  const segment = segments.get(name);
  if (segment === undefined) {
    return notes.refuse(
      key,
      `The export lacks the segment "${name}"; add the answer of GET /api/v2/segments/<project>/<environment> as "segments".`,
    );
  }
  if (path.includes(name)) return notes.refuse(key, `The segment "${name}" refers to itself.`);
  if (segment.at('unbounded').boolean() === true) {
    return notes.refuse(key, `The members of the big segment "${name}" are not part of any export.`);
  }
  const translate = () => translateSegment(name, segment, { ...scope, path: [...path, name] });
  // flagd knows no references inside shared rules: there a segment is written out.
  return path.length > 0 ? translate() : notes.share(`launchdarkly:segment:${name}`, translate);
}

/** Included keys are members, excluded ones are not, all others by the rules. */
function translateSegment(name: string, segment: SourceNode, scope: ClauseScope): JsonValue {
  const isIncluded = isListed(segment, 'included', scope.notes);
  const isExcluded = isListed(segment, 'excluded', scope.notes);
  const rules = segment
    .at('rules')
    .items()
    .map((rule) => translateSegmentRule(name, segment, rule, scope));
  return anyOf([isIncluded, allOf([not(isExcluded), anyOf(rules)])]);
}

function isListed(segment: SourceNode, list: 'included' | 'excluded', notes: FlagNotes): JsonValue {
  const ofUsers = isKeyIn(segment.at(list), segment.at('contextKind'), notes);
  const ofContexts = segment.at(`${list}Contexts`).items();
  return anyOf([ofUsers, ...ofContexts.map((target) => isKeyIn(target.at('values'), target.at('contextKind'), notes))]);
}

function isKeyIn(values: SourceNode, contextKind: SourceNode, notes: FlagNotes): JsonValue {
  const key = keyOf(contextKind, notes);
  return key === undefined
    ? false
    : isOneOf(
        key,
        values.items().map((value) => value.requiredText()),
      );
}

function translateSegmentRule(name: string, segment: SourceNode, rule: SourceNode, scope: ClauseScope): JsonValue {
  const matches = translateClauses(rule.at('clauses'), scope);
  const weight = rule.at('weight').number();
  if (weight === undefined) return matches;
  const { notes } = scope;
  const kind = rule.at('rolloutContextKind');
  const value = rule.at('bucketBy').isPresent ? attributeOf(rule.at('bucketBy'), kind, notes) : keyOf(kind, notes);
  if (value === undefined) return false;
  const bucketing = { salt: `${name}.${segment.at('salt').text() ?? ''}.`, value };
  const isIn = isInRanges(bucketing, [{ from: 0, to: weight / 100_000 }]);
  if (typeof isIn === 'boolean') return allOf([matches, isIn]);
  notes.changeHashing(rule, value);
  // LaunchDarkly puts units without the attribute into the lowest bucket.
  return allOf([matches, anyOf([not(isGiven(value)), isIn])]);
}
