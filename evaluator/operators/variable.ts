import { always, type Call, type Operator, operandAt, type Rule, type RuleTree, type Scope } from '../rule/operator.ts';
import { isComposite, ownValue, textOf } from '../rule/values.ts';

const FLAGD = '$flagd';

/** `var`: what a dotted path leads to, or the second operand when it leads nowhere. */
export const variable: Operator = (operands, scope) => {
  const fallback = operandAt(operands, 1, scope);
  const path = constantPath(operands[0]);
  if (path === undefined) return dynamicVariable(operandAt(operands, 0, scope), fallback, scope);
  // By far the most frequent form, and the one that is spared a second closure.
  if (operands.length < 2 && isAttribute(path)) return (data) => ownValue(data, path) ?? null;
  const lookUp = lookUpOf(path, scope);
  if (operands.length < 2) return (data, call) => lookUp(data, call) ?? null;
  return (data, call) => withFallback(lookUp(data, call), fallback, data, call);
};

/** A rule that reads a path, "" being all data; it yields undefined where the path leads nowhere. */
export function lookUpOf(path: string, scope: Scope): Rule {
  if (path === '') return (data, call) => wholeOf(data, scope, call);
  const keys = path.split('.');
  const [key] = keys as [string];
  if (scope.seesContext && key === FLAGD) return flagdLookUp(keys, scope);
  return keys.length === 1 ? (data) => ownValue(data, key) : (data) => keys.reduce(ownValue, data);
}

function isAttribute(path: string): boolean {
  return path !== '' && path !== FLAGD && !path.includes('.');
}

/** The path of a `var` that is known before any evaluation; undefined when a rule computes it. */
function constantPath(operand: RuleTree | undefined): string | undefined {
  if (operand === undefined) return '';
  return operand.kind === 'constant' ? pathOf(operand.value) : undefined;
}

/** The path that a value stands for, null being all data. A text too long to be a path leads nowhere. */
export function pathOf(value: unknown): string {
  return value === null || value === undefined ? '' : (textOf(value) ?? '.');
}

function dynamicVariable(path: Rule, fallback: Rule, scope: Scope): Rule {
  return (data, call) => withFallback(lookUpOf(pathOf(path(data, call)), scope)(data, call), fallback, data, call);
}

function withFallback(found: unknown, fallback: Rule, data: unknown, call: Call): unknown {
  return found === undefined ? (fallback(data, call) ?? null) : found;
}

// `$flagd` is served from here, so the context need not be copied, and the caller's own `$flagd` is never seen.
function flagdLookUp(keys: readonly string[], scope: Scope): Rule {
  if (keys.length === 1) return (_data, call) => flagdOf(scope, call);
  if (keys.length > 2) return always(undefined);
  if (keys[1] === 'flagKey') return always(scope.flagKey);
  return keys[1] === 'timestamp' ? (_data, call) => secondsOf(call) : always(undefined);
}

// The one look-up that copies the context: `{"var": ""}` asks for all of it.
function wholeOf(data: unknown, scope: Scope, call: Call): unknown {
  if (!scope.seesContext || !isComposite(data)) return data;
  return { ...data, [FLAGD]: flagdOf(scope, call) };
}

function flagdOf(scope: Scope, call: Call): object {
  return { flagKey: scope.flagKey, timestamp: secondsOf(call) };
}

function secondsOf(call: Call): number {
  return Math.floor(call.nowMs / 1000);
}
