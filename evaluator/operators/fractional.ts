import { bucketOf, type Distribution, distributionOf, variantAt } from '../bucketing/distribution.ts';
import { HASHINGS, paysFor } from '../bucketing/hashing.ts';
import { MAX_STEPS } from '../limits.ts';
import {
  always,
  type Call,
  compileAll,
  constantsOf,
  type Operator,
  type Rule,
  type RuleTree,
  type Scope,
  type Watch,
} from '../rule/operator.ts';
import { textOf } from '../rule/values.ts';
import { concatenate } from './text.ts';
import { lookUpOf } from './variable.ts';

/** The hash of the bucketing value; null where there is none. */
type HashRule = (data: unknown, call: Call) => number | null;
type DistributionRule = (data: unknown, call: Call) => Distribution | null;

/**
 * `fractional`: one of the variants of the entries, by the hash of the bucketing value and in proportion to their weights.
 *
 * The first operand is the bucketing value, unless it is an entry: then flag key and targeting key are. Null when there
 * is no bucketing value or an entry is malformed.
 */
export const fractional: Operator = (operands, scope) => {
  const [head, ...tail] = operands;
  if (head === undefined) return always(null);
  if (isListLiteral(head)) return choosing(implicitHash(scope), distributionRule(operands, scope), pickOf(scope));
  const saltedHash = hashOfSaltAndAttribute(head, scope);
  return saltedHash
    ? choosing(saltedHash, distributionRule(tail, scope), pickOf(scope))
    : choosingByType(head, tail, scope);
};

type Pick = typeof variantAt;

function pickOf({ watch }: Scope): Pick {
  return watch === undefined ? variantAt : pickWatchedBy(watch);
}

function pickWatchedBy(watch: Watch): Pick {
  return (distribution, hash) => {
    watch.noteBucket(bucketOf(hash, distribution.totalWeight), distribution.totalWeight);
    return variantAt(distribution, hash);
  };
}

function choosing(hashRule: HashRule, distributionRule: DistributionRule, pick: Pick): Rule {
  return (data, call) => {
    const distribution = distributionRule(data, call);
    const hash = hashRule(data, call);
    return distribution === null || hash === null ? null : pick(distribution, hash);
  };
}

/** A computed first operand: a list is an entry, and what the generation of hashing can hash the bucketing value. */
function choosingByType(head: RuleTree, tail: readonly RuleTree[], scope: Scope): Rule {
  const headRule = scope.compile(head);
  const hashOf = HASHINGS[scope.bucketing].explicit();
  const explicit = distributionRule(tail, scope);
  const pick = pickOf(scope);
  const implicit = choosing(implicitHash(scope), distributionRule([head, ...tail], scope), pick);
  return (data, call) => {
    const value = headRule(data, call);
    if (Array.isArray(value)) return implicit(data, call);
    const distribution = explicit(data, call);
    const hash = hashOf(value, call);
    return distribution === null || hash === null ? null : pick(distribution, hash);
  };
}

/** Entries without rules inside are read once, when the flag is compiled. */
function distributionRule(entries: readonly RuleTree[], scope: Scope): DistributionRule {
  const constants = constantsOf(entries);
  return constants ? fixed(distributionOf(constants)) : computed(compileAll(entries, scope));
}

function fixed(found: Distribution | null): DistributionRule {
  const distribution = found && withoutSpareRoom(found);
  return () => distribution;
}

function computed(rules: readonly Rule[]): DistributionRule {
  return (data, call) => distributionOf(rules.map((rule) => rule(data, call)));
}

// A list that grew has room for more; one that is kept needs none.
function withoutSpareRoom({ variants, upperBounds, totalWeight }: Distribution): Distribution {
  return { variants: [...variants], upperBounds: [...upperBounds], totalWeight };
}

/** Inside a loop the context is out of sight, and the targeting key with it. */
function implicitHash(scope: Scope): HashRule {
  if (!scope.seesContext) return () => null;
  const hashOf = HASHINGS[scope.bucketing].implicit(scope.flagKey);
  const targetingKeyOf = lookUpOf('targetingKey', scope);
  return (data, call) => {
    const targetingKey = targetingKeyOf(data, call);
    if (typeof targetingKey !== 'string' || targetingKey === '') return null;
    return paysFor(targetingKey, call) ? hashOf(targetingKey) : null;
  };
}

/**
 * The usual bucketing value is a salt followed by one attribute; then the salt is hashed when the flag is compiled.
 * Nothing is built, so the limit on built strings does not apply and long keys are bucketed like all others.
 */
function hashOfSaltAndAttribute(head: RuleTree, scope: Scope): HashRule | undefined {
  if (head.kind !== 'call' || head.operator !== concatenate) return undefined;
  const salts = head.operands.slice(0, -1).map((part) => textOfConstant(part, scope));
  const attribute = head.operands.at(-1);
  if (attribute === undefined || salts.includes(undefined)) return undefined;
  return hashOfAttribute(scope.compile(attribute), HASHINGS[scope.bucketing].salted(salts.join('')));
}

function hashOfAttribute(attribute: Rule, hashOf: (text: string) => number): HashRule {
  return (data, call) => {
    const value = attribute(data, call);
    const text = typeof value === 'string' ? value : textOf(value ?? '', call);
    return text === null || !paysFor(text, call) ? null : hashOf(text);
  };
}

function textOfConstant(part: RuleTree, scope: Scope): string | undefined {
  if (part.kind === 'constant') return textOf(part.value ?? '', { stepsLeft: MAX_STEPS }) ?? undefined;
  const [path] = part.kind === 'call' && part.name === 'var' && part.operands.length === 1 ? part.operands : [];
  const isFlagKey = path?.kind === 'constant' && path.value === '$flagd.flagKey';
  return isFlagKey && scope.seesContext ? scope.flagKey : undefined;
}

function isListLiteral(tree: RuleTree): boolean {
  return tree.kind === 'list' || (tree.kind === 'constant' && Array.isArray(tree.value));
}
