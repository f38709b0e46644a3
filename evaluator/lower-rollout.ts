import {
  type AdmissionTree,
  allocationAt,
  type FlagDefinition,
  type FlagSet,
  isDividedByLeaf,
  type JsonObject,
  type JsonValue,
  REST,
  type RolloutOverlay,
  type Snapshot,
  slotsOf,
} from '../domain/index.ts';

/**
 * The flag with the rollout written into its targeting, for any flagd provider to serve.
 *
 * Units that the flag's own rules would serve the control are eligible: they get the variant of their bucket. Everybody
 * else is served as before. The flag itself when nobody can be eligible.
 */
export function lowerRollout(flag: FlagDefinition, overlay: RolloutOverlay): FlagDefinition {
  const own = ownTargeting(flag);
  if (own === null && flag.defaultVariant !== overlay.control) return flag;
  const audience = overlay.audience === undefined ? [] : [overlay.audience];
  const servesControl = own === null ? [] : [{ in: [own, resultsServing(flag, overlay.control)] }];
  const eligible = { and: [unitRule(overlay), ...audience, ...servesControl] };
  return { ...flag, targeting: { if: [eligible, choiceRule(overlay), own] } };
}

/** The flag set with all rollouts written into its flags, each upon the result of the one before. */
export function lowerFlagSet(snapshot: Pick<Snapshot, 'flagSet' | 'rollouts'>): FlagSet {
  const flags = new Map(Object.entries(snapshot.flagSet.flags));
  for (const overlay of snapshot.rollouts) {
    const flag = flags.get(overlay.flag);
    if (flag) flags.set(overlay.flag, lowerRollout(flag, overlay));
  }
  return { ...snapshot.flagSet, flags: Object.fromEntries(flags) };
}

/** The rule that yields the unit of a rollout, or something false when the context has none. */
export function unitRule(overlay: RolloutOverlay): JsonObject {
  return { var: overlay.bucketBy };
}

/** The rule that yields the variant of an eligible unit: that of its leaf, where leaves are treated apart. */
export function choiceRule(overlay: RolloutOverlay): JsonObject {
  return isDividedByLeaf(overlay.admission, overlay.coverage)
    ? byLeaf(overlay.admission.tree, (leaf) => choiceInLeaf(overlay, leaf))
    : choiceInLeaf(overlay, REST);
}

/** The rule that yields the leaf of a unit; undefined where all units are treated alike. */
export function leafRule({ admission, coverage }: RolloutOverlay): JsonObject | undefined {
  return isDividedByLeaf(admission, coverage) ? byLeaf(admission.tree, (leaf) => leaf) : undefined;
}

/** What goes for each leaf, one after the other, and at the end for units that are in none. */
function byLeaf({ attribute, leaves }: AdmissionTree, of: (leaf: string) => JsonValue): JsonObject {
  const cases = leaves.flatMap(({ leaf, values }) => [
    { in: [{ var: attribute }, values.flatMap(valuesRead)] } as JsonValue,
    of(leaf),
  ]);
  return { if: [...cases, of(REST)] };
}

/** All that stands for a text: itself, and the number or the boolean that reads like it. */
function valuesRead(value: string): readonly JsonValue[] {
  if (value === 'true' || value === 'false') return [value, value === 'true'];
  return String(Number(value)) === value && Number.isFinite(Number(value)) ? [value, Number(value)] : [value];
}

/** The rule for the units of one leaf: slot by slot the treatment's share, then the control's. */
export function choiceInLeaf(overlay: RolloutOverlay, leaf: string): JsonObject {
  const slots = slotsOf(allocationAt(overlay, overlay.coverage, overlay.admission, leaf));
  const entries = slots.flatMap(({ owner, treatment, control }) => [
    [overlay.treatments[owner]!.variant, treatment] as const,
    [overlay.control, control] as const,
  ]);
  // Most slots of layers are full, and an entry without weight is never chosen.
  const chosen = entries.filter(([, weight]) => weight > 0);
  return { fractional: [{ cat: [overlay.salt, unitRule(overlay)] }, ...chosen] };
}

/** Everything that a targeting rule may yield so that the variant is served. */
export function resultsServing(flag: FlagDefinition, variant: string): readonly JsonValue[] {
  return [...valuesRead(variant), ...(flag.defaultVariant === variant ? [null] : [])];
}

/** The targeting that the flag's author wrote; null when there is none. */
export function ownTargeting(flag: FlagDefinition): JsonObject | null {
  const { targeting } = flag;
  return targeting && Object.keys(targeting).length > 0 ? targeting : null;
}
