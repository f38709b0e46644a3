import type { JsonValue } from '../../domain/index.ts';
import type { FlagNotes } from '../flag-notes.ts';
import { attributeAt, unreachable } from '../rule/attribute.ts';
import { allOf, TARGETING_KEY } from '../rule/logic.ts';
import { type Bucketing, byBucket, isInRanges, type Range } from '../rule/share.ts';
import type { SourceNode } from '../source-node.ts';
import type { Branch } from '../targeting.ts';
import { translateCondition } from './condition.ts';

/** A rule of a feature, and what its translation needs. */
export interface RuleToTranslate {
  /** Key of the feature. */
  readonly key: string;
  readonly rule: SourceNode;
  readonly savedGroups: SourceNode;
  readonly notes: FlagNotes;
  /** What serves a value: the name of its variant. */
  serve(value: SourceNode): string | null;
}

const KNOWN_FIELDS: ReadonlySet<string> = new Set([
  ...['id', 'condition', 'parentConditions', 'force', 'variations', 'weights', 'key', 'hashAttribute', 'hashVersion'],
  ...['fallbackAttribute', 'disableStickyBucketing', 'bucketVersion', 'minBucketVersion', 'range', 'coverage'],
  ...['namespace', 'ranges', 'meta', 'filters', 'seed', 'name', 'phase', 'tracks', 'description', 'enabled'],
]);
const STICKY_FIELDS = ['fallbackAttribute', 'bucketVersion', 'minBucketVersion'];

/** The branches that a rule comes to: none when it never applies. */
export function translateRule(to: RuleToTranslate): readonly Branch[] {
  const { rule, notes } = to;
  for (const [field, at] of rule.entries()) {
    if (!KNOWN_FIELDS.has(field)) notes.refuse(at, `Rules with "${field}" are not known to this importer.`);
  }
  if (rule.at('enabled').boolean() === false) return [];
  if (rule.at('parentConditions').items().length > 0) {
    notes.refuse(rule.at('parentConditions'), 'The rule depends on another feature; flagd has no prerequisites.');
  }
  if (STICKY_FIELDS.some((field) => rule.at(field).isPresent)) {
    const instead = 'units are always bucketed by their own attribute';
    notes.change(rule, 'Sticky bucketing and fallback attributes have no equal in flagd.', instead);
  }
  return Object.hasOwn(rule.object() ?? {}, 'force') ? forcedValue(to) : experiment(to);
}

function forcedValue(to: RuleToTranslate): readonly Branch[] {
  const { key, rule } = to;
  const range = rangeAt(rule.at('range'));
  const coverage = rule.at('coverage').number();
  const share = range ?? (coverage === undefined ? undefined : { from: 0, to: coverage });
  const isIn =
    share === undefined ? true : throughRanges(to, { at: rule, seed: rule.at('seed').text() || key }, [share]);
  return [{ when: allOf([conditionOf(to), ...filtersOf(to), isIn]), serve: to.serve(rule.at('force')) }];
}

function experiment(to: RuleToTranslate): readonly Branch[] {
  const { key, rule, notes } = to;
  const variations = rule.at('variations').items();
  if (variations.length < 2) return [];
  if (
    rule
      .at('meta')
      .items()
      .some((meta) => meta.at('passthrough').boolean() === true)
  ) {
    notes.refuse(rule.at('meta'), 'A variation passes through to the next rule (a holdout), which is not translated.');
  }
  const ranges = rangesOf(rule, variations.length);
  const hashing = { at: rule, seed: rule.at('seed').text() || rule.at('key').text() || key };
  const bucketing = bucketingOf(to, hashing);
  if (bucketing === undefined) return [];
  const slices = variations.flatMap((variation, index) => {
    const range = ranges[index];
    return range === undefined ? [] : [{ ...range, result: to.serve(variation) }];
  });
  const isIn = throughRanges(to, hashing, ranges);
  return [
    {
      when: allOf([conditionOf(to), ...filtersOf(to), ...namespaceOf(to), isIn]),
      serve: noteHashing(to, byBucket(bucketing, slices, null), bucketing),
    },
  ];
}

function conditionOf({ rule, savedGroups, notes }: RuleToTranslate): JsonValue {
  const condition = rule.at('condition');
  return condition.isPresent ? translateCondition(condition, savedGroups, notes) : true;
}

/** Filters divide units among experiments: each lets the units of its ranges through. */
function filtersOf(to: RuleToTranslate): readonly JsonValue[] {
  return to.rule
    .at('filters')
    .items()
    .map((filter) => {
      const ranges = filter
        .at('ranges')
        .items()
        .flatMap((range) => rangeAt(range) ?? []);
      const attribute = filter.at('attribute').text() || 'id';
      return throughRanges(to, { at: filter, seed: filter.at('seed').requiredText(), attribute }, ranges);
    });
}

/** A namespace is the old form of a filter, and counts only without filters. */
function namespaceOf(to: RuleToTranslate): readonly JsonValue[] {
  const [name, from, end] = to.rule.at('namespace').items();
  if (name === undefined || to.rule.at('filters').isPresent) return [];
  const range = { from: from?.number() ?? 0, to: end?.number() ?? 1 };
  return [throughRanges(to, { at: to.rule, seed: `__${name.requiredText()}` }, [range])];
}

/** What units are hashed by, and where the source says so. */
interface Hashing {
  readonly at: SourceNode;
  readonly seed: string;
  readonly attribute?: string;
}

/** True for units that have the attribute and whose bucket is in one of the ranges. */
function throughRanges(to: RuleToTranslate, hashing: Hashing, ranges: readonly Range[]): JsonValue {
  const bucketing = bucketingOf(to, hashing);
  if (bucketing === undefined) return false;
  return allOf([{ '!!': [bucketing.value] }, noteHashing(to, isInRanges(bucketing, ranges), bucketing)]);
}

function bucketingOf({ rule, notes }: RuleToTranslate, { at, seed, attribute }: Hashing): Bucketing | undefined {
  const version = at.at('hashVersion').number();
  const name = attribute ?? (rule.at('hashAttribute').text() || 'id');
  const value = name === 'id' ? TARGETING_KEY : attributeAt([name]);
  if (version !== undefined && version !== 1 && version !== 2)
    notes.refuse(at, `Hash version ${version} is not known.`);
  if (value === undefined) notes.refuse(at, unreachable(name));
  return value === undefined ? undefined : { salt: seed, value };
}

function noteHashing({ rule, notes }: RuleToTranslate, chosen: JsonValue, { value }: Bucketing): JsonValue {
  if (typeof chosen === 'object' && chosen !== null) notes.changeHashing(rule, value);
  return chosen;
}

/** Ranges of the variations: as given, or laid end to end by weight and filled from the left by coverage. */
function rangesOf(rule: SourceNode, count: number): readonly Range[] {
  const given = rule.at('ranges').items();
  if (given.length > 0) return given.map((range) => rangeAt(range) ?? { from: 0, to: 0 });
  const coverage = Math.min(1, Math.max(0, rule.at('coverage').number() ?? 1));
  let from = 0;
  return weightsOf(rule, count).map((weight) => {
    const range = { from, to: from + coverage * weight };
    from += weight;
    return range;
  });
}

/** GrowthBook divides equally where the weights do not fit the variations or do not add up. */
function weightsOf(rule: SourceNode, count: number): readonly number[] {
  const weights = rule
    .at('weights')
    .items()
    .map((weight) => weight.number() ?? 0);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const isUsable = weights.length === count && total >= 0.99 && total <= 1.01;
  return isUsable ? weights : new Array<number>(count).fill(1 / count);
}

function rangeAt(range: SourceNode): Range | undefined {
  const [from, to] = range.items();
  return from === undefined || to === undefined ? undefined : { from: from.number() ?? 0, to: to.number() ?? 0 };
}
