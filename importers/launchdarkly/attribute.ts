import type { JsonValue } from '../../domain/index.ts';
import type { FlagNotes } from '../flag-notes.ts';
import { attributeAt, unreachable } from '../rule/attribute.ts';
import { isGiven, TARGETING_KEY } from '../rule/logic.ts';
import type { SourceNode } from '../source-node.ts';

const USER = 'user';

/**
 * The look-up of an attribute of a context of some kind; undefined after a refusal.
 *
 * Only where a kind is named, a leading slash makes the name a path (launchdarkly/js-core `AttributeReference`).
 */
export function attributeOf(attribute: SourceNode, contextKind: SourceNode, notes: FlagNotes): JsonValue | undefined {
  const name = attribute.requiredText();
  const kind = contextKind.text() || USER;
  const isPath = contextKind.isPresent && name.startsWith('/');
  const steps = isPath
    ? name
        .slice(1)
        .split('/')
        .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    : [name];
  const found = lookUp(kind, steps);
  if (found === undefined) notes.refuse(attribute, unreachable(name));
  return found;
}

/** The look-up of the key of a context of some kind; undefined after a refusal. */
export function keyOf(contextKind: SourceNode, notes: FlagNotes): JsonValue | undefined {
  const kind = contextKind.text() || USER;
  const found = lookUp(kind, ['key']);
  if (found === undefined) notes.refuse(contextKind, unreachable(kind));
  return found;
}

function lookUp(kind: string, steps: readonly string[]): JsonValue | undefined {
  const [only] = steps.length === 1 ? steps : [];
  // The kinds of a context, and whether it is anonymous, are facts that only LaunchDarkly's contexts have.
  if (only === 'kind' || (only === 'anonymous' && kind !== USER)) return undefined;
  if (kind !== USER) return attributeAt([kind, ...steps]);
  if (only === 'key') return TARGETING_KEY;
  if (only !== 'anonymous') return attributeAt(steps);
  // A user is not anonymous unless it says so; without a user there is nothing to ask.
  return { if: [isGiven(TARGETING_KEY), { var: ['anonymous', false] }, null] };
}
