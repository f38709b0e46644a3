import { MAX_MERGED_LENGTH } from '../limits.ts';
import { spend } from '../rule/budget.ts';
import { compileAll, type Operator } from '../rule/operator.ts';
import { elementAt } from '../rule/values.ts';

const STEPS_PER_ELEMENT = 12;

/** `merge`: one list of all operands, lists flattened by one level; null when it is longer than MAX_MERGED_LENGTH. */
export const merge: Operator = (operands, scope) => {
  const parts = compileAll(operands, scope);
  return (data, call) => {
    const merged: unknown[] = [];
    for (const part of parts) {
      const value = part(data, call);
      const length = Array.isArray(value) ? value.length : 1;
      if (merged.length + length > MAX_MERGED_LENGTH || !spend(call, length * STEPS_PER_ELEMENT)) return null;
      if (!Array.isArray(value)) merged.push(value);
      else for (let index = 0; index < length; index++) merged.push(elementAt(value, index));
    }
    return merged;
  };
};
