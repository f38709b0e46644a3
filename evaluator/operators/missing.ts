import { type Call, compileAll, type Operator, operandAt, type Scope } from '../rule/operator.ts';
import { elementAt, numberOf } from '../rule/values.ts';
import { computedLookUp } from './variable.ts';

/** `missing`: those of the paths that lead to nothing, null or ""; takes paths or one list of them. */
export const missing: Operator = (operands, scope) => {
  const paths = compileAll(operands, scope);
  return (data, call) => {
    const given = paths.map((path) => path(data, call));
    return missingOf(Array.isArray(given[0]) ? given[0] : given, scope, data, call);
  };
};

/** `missing_some`: [] when at least so many of the paths lead somewhere, else those that do not. */
export const missingSome: Operator = (operands, scope) => {
  const needed = operandAt(operands, 0, scope);
  const paths = operandAt(operands, 1, scope);
  return (data, call) => {
    const given = paths(data, call);
    if (!Array.isArray(given)) return null;
    const absent = missingOf(given, scope, data, call);
    if (absent === null) return null;
    return given.length - absent.length >= numberOf(needed(data, call), call) ? [] : absent;
  };
};

function missingOf(paths: readonly unknown[], scope: Scope, data: unknown, call: Call): readonly unknown[] | null {
  const absent: unknown[] = [];
  for (let index = 0; index < paths.length; index++) {
    const path = elementAt(paths, index);
    const lookUp = computedLookUp(path, scope, call);
    if (lookUp === null) return null;
    const found = lookUp(data, call);
    if (found === undefined || found === null || found === '') absent.push(path);
  }
  return absent;
}
