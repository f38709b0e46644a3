import { MAX_MERGED_LENGTH } from '../limits.ts';
import { compileAll, type Operator } from '../rule/operator.ts';

/** `merge`: one list of all operands, lists flattened by one level; null when it is longer than MAX_MERGED_LENGTH. */
export const merge: Operator = (operands, scope) => {
  const parts = compileAll(operands, scope);
  return (data, call) => {
    const merged: unknown[] = [];
    for (const part of parts) {
      const value = part(data, call);
      if (merged.length + (Array.isArray(value) ? value.length : 1) > MAX_MERGED_LENGTH) return null;
      if (Array.isArray(value)) for (const element of value) merged.push(element);
      else merged.push(value);
    }
    return merged;
  };
};
