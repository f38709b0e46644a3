import type { JsonValue } from '../../domain/index.ts';

/** Look-up of an attribute by the steps of its path; undefined for what `var` cannot reach. */
export function attributeAt(steps: readonly string[]): JsonValue | undefined {
  const isReachable =
    steps.length > 0 && steps[0] !== '$flagd' && steps.every((step) => step !== '' && !step.includes('.'));
  return isReachable ? { var: steps.join('.') } : undefined;
}

/** What a person is told about an attribute that `var` cannot reach. */
export function unreachable(name: string): string {
  return `The attribute "${name}" cannot be looked up: in flagd a dot leads into an object, and names are never empty.`;
}
