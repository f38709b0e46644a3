import type { EnvironmentSettings, Exposure, JsonValue } from '../../domain/index.ts';
import type { Budget } from './budget.ts';

/** A checked JsonLogic rule: operators are known, shared rules expanded, size and depth within their limits. */
export type RuleTree =
  | { readonly kind: 'constant'; readonly value: JsonValue }
  /** An array of which at least one element has to be computed. */
  | { readonly kind: 'list'; readonly items: readonly RuleTree[] }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly operator: Operator;
      readonly operands: readonly RuleTree[];
    };

/** What one evaluation knows besides the context, and what it finds out on its way. */
export interface Call extends Budget {
  nowMs: number;
  /** Set by the last measured rollout that the unit was eligible for. */
  exposure: Exposure | undefined;
}

/**
 * A compiled rule: computes a value from the data in scope. Returns undefined only where an operand is missing.
 *
 * It lives as long as its flag, and all that the function around it shares with any closure lives with it; so a function
 * that returns a rule makes no other closures, and leaves reading of trees and scopes to its caller.
 */
export type Rule = (data: unknown, call: Call) => unknown;

/** What a rule is compiled for. */
export interface RuleSetting extends Pick<EnvironmentSettings, 'bucketing' | 'staticContext'> {
  readonly flagKey: string;
}

/** Looks on while a rule is computed; absent in all rules that serve anybody. */
export interface Watch {
  /** The rule of an operation, which tells what it comes to. */
  step(tree: RuleTree & { readonly kind: 'call' }, rule: Rule): Rule;
  /** The operation that is being computed fell into this bucket. */
  noteBucket(bucket: number, bucketCount: number): void;
}

/** Where a rule stands: `var` sees the evaluation context, or the element of the loop around it. */
export interface Scope extends RuleSetting {
  readonly seesContext: boolean;
  readonly watch: Watch | undefined;
  /** Remembers that the rule's value may change with time. */
  noteClock(): void;
  compile(tree: RuleTree): Rule;
  /** The scope of a loop's body. */
  body(): Scope;
}

/** Compiles a call of an operator with these operands. */
export type Operator = (operands: readonly RuleTree[], scope: Scope) => Rule;

/** A rule that always yields the value. */
export function always(value: unknown): Rule {
  return () => value;
}

/** The compiled operand at an index; it yields undefined when there is none. */
export function operandAt(operands: readonly RuleTree[], index: number, scope: Scope): Rule {
  const operand = operands[index];
  return operand === undefined ? NOTHING : scope.compile(operand);
}

const NOTHING = always(undefined);

/** All operands, compiled. */
export function compileAll(operands: readonly RuleTree[], scope: Scope): readonly Rule[] {
  return operands.map((operand) => scope.compile(operand));
}

/** The values of trees none of which has to be computed, in a list without spare room; undefined for any others. */
export function constantsOf(trees: readonly RuleTree[]): JsonValue[] | undefined {
  return trees.every((tree) => tree.kind === 'constant') ? trees.map(({ value }) => value) : undefined;
}
