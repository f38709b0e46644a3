import { MAX_PATH_KEYS, MAX_STEPS } from '../limits.ts';
import { type Budget, isSpent, spend } from '../rule/budget.ts';
import { always, type Call, type Operator, operandAt, type Rule, type RuleTree, type Scope } from '../rule/operator.ts';
import { isComposite, ownValue, textOf } from '../rule/values.ts';

const FLAGD = '$flagd';
const STEPS_PER_LOOK_UP = 80;
const STEPS_PER_COPIED_MEMBER = 20;

/** `var`: what a dotted path leads to, or the second operand when it leads nowhere. */
export const variable: Operator = (operands, scope) => {
  const fallback = operandAt(operands, 1, scope);
  const path = constantPath(operands[0]);
  if (scope.seesContext && mayReadClock(path)) scope.noteClock();
  if (path === undefined) return dynamicVariable(operandAt(operands, 0, scope), fallback, scope);
  if (operands.length > 1) return withDefault(lookUpOf(path, scope), fallback);
  // By far the most frequent form, and the one that is spared a second closure.
  return isAttribute(path, scope) ? attribute(path) : orNull(lookUpOf(path, scope));
};

function attribute(key: string): Rule {
  return (data) => ownValue(data, key) ?? null;
}

function orNull(lookUp: Rule): Rule {
  return (data, call) => lookUp(data, call) ?? null;
}

function withDefault(lookUp: Rule, fallback: Rule): Rule {
  return (data, call) => foundOr(fallback, lookUp(data, call), data, call);
}

/** A rule that reads a path, "" being all data; it yields undefined where the path leads nowhere. */
export function lookUpOf(path: string, scope: Scope): Rule {
  if (path === '') return wholeLookUp(scope);
  const keys = path.split('.', MAX_PATH_KEYS + 1);
  const [key] = keys as [string];
  if (keys.length > MAX_PATH_KEYS) return always(undefined);
  if (scope.seesContext && key === FLAGD) return flagdLookUp(keys, scope);
  if (isStatic(key, scope)) return always(keys.reduce(ownValue, scope.staticContext as unknown));
  return keys.length === 1 ? ownLookUp(key) : pathLookUp(keys);
}

function wholeLookUp(scope: Scope): Rule {
  return (data, call) => wholeOf(data, scope, call);
}

function ownLookUp(key: string): Rule {
  return (data) => ownValue(data, key);
}

function pathLookUp(keys: readonly string[]): Rule {
  return (data) => keys.reduce(ownValue, data);
}

function mayReadClock(path: string | undefined): boolean {
  return path === undefined || path === '' || path === FLAGD || path === `${FLAGD}.timestamp`;
}

function isAttribute(path: string, scope: Scope): boolean {
  return path !== '' && path !== FLAGD && !path.includes('.') && !isStatic(path, scope);
}

/** The static context wins over the caller's, so what it has is known before any evaluation. */
function isStatic(key: string, scope: Scope): boolean {
  return scope.seesContext && Object.hasOwn(scope.staticContext, key);
}

/** The path of a `var` that is known before any evaluation; undefined when a rule computes it. */
function constantPath(operand: RuleTree | undefined): string | undefined {
  if (operand === undefined) return '';
  return operand.kind === 'constant' ? pathOf(operand.value, { stepsLeft: MAX_STEPS }) : undefined;
}

/** The path that a value stands for, null being all data. A text too long to be a path leads nowhere. */
function pathOf(value: unknown, budget: Budget): string {
  return value === null || value === undefined ? '' : (textOf(value, budget) ?? '.');
}

function dynamicVariable(path: Rule, fallback: Rule, scope: Scope): Rule {
  return (data, call) => {
    const lookUp = computedLookUp(path(data, call), scope, call);
    return lookUp === null ? null : foundOr(fallback, lookUp(data, call), data, call);
  };
}

/** The look-up of a path that a rule computed; null when the budget does not pay for it. */
export function computedLookUp(path: unknown, scope: Scope, call: Call): Rule | null {
  const text = pathOf(path, call);
  return spend(call, STEPS_PER_LOOK_UP + text.length) ? lookUpOf(text, scope) : null;
}

function foundOr(fallback: Rule, found: unknown, data: unknown, call: Call): unknown {
  return found === undefined ? (fallback(data, call) ?? null) : found;
}

// `$flagd` is served from here, so the context need not be copied, and the caller's own `$flagd` is never seen.
function flagdLookUp(keys: readonly string[], scope: Scope): Rule {
  if (keys.length === 1) return wholeFlagdLookUp(scope);
  if (keys.length > 2) return always(undefined);
  if (keys[1] === 'flagKey') return always(scope.flagKey);
  return keys[1] === 'timestamp' ? timestamp : always(undefined);
}

function wholeFlagdLookUp(scope: Scope): Rule {
  return (_data, call) => flagdOf(scope, call);
}

const timestamp: Rule = (_data, call) => secondsOf(call);

// The one look-up that copies the context: `{"var": ""}` asks for all of it.
function wholeOf(data: unknown, scope: Scope, call: Call): unknown {
  if (!scope.seesContext || (!isComposite(data) && Object.keys(scope.staticContext).length === 0)) return data;
  if (isSpent(call)) return null;
  const own = isComposite(data) ? data : {};
  if (!spend(call, Object.keys(own).length * STEPS_PER_COPIED_MEMBER)) return null;
  return { ...own, ...scope.staticContext, [FLAGD]: flagdOf(scope, call) };
}

function flagdOf(scope: Scope, call: Call): object {
  return { flagKey: scope.flagKey, timestamp: secondsOf(call) };
}

function secondsOf(call: Call): number {
  return Math.floor(call.nowMs / 1000);
}
