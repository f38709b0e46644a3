import { mean } from '../averages.ts';
import { clippedWeight, snips, switchedWeight } from './estimators.ts';
import type { LoggedDecision } from './logged-decision.ts';

/** What one decision adds to an estimate, which is the mean of base + drawn. */
export interface PolicyTerm {
  readonly rollout: string;
  /** The part that is the same whatever the logged policy had drawn. */
  readonly base: number;
  /** The part that follows from what was drawn: f(w) times what the model missed by. */
  readonly drawn: number;
  /** What that part would be for all that might have been drawn, as far as the model misses it by as much. */
  readonly possible: readonly { readonly propensity: number; readonly drawn: number }[];
}

/** The terms of an estimator. */
export type PolicyTerms = (decisions: readonly LoggedDecision[]) => readonly PolicyTerm[];

/** Of `ips`. */
export const ipsTerms: PolicyTerms = (decisions) =>
  decisions.map((decision) => termOf(decision, { base: 0, missed: decision.reward }));

/** Of `snips`, as far as it is linear in its sums (delta method). */
export const snipsTerms: PolicyTerms = (decisions) => {
  const base = snips(decisions);
  const meanWeight = mean(decisions.map(({ importanceWeight }) => importanceWeight));
  return decisions.map((decision) => termOf(decision, { base, missed: (decision.reward - base) / meanWeight }));
};

/** Of `directMethod`, with its model taken as known. */
export const directMethodTerms: PolicyTerms = (decisions) =>
  decisions.map((decision) => termOf(decision, { base: decision.targetValue, missed: 0 }));

/** Of `doublyRobust`. */
export const doublyRobustTerms: PolicyTerms = (decisions) =>
  decisions.map((decision) => robustTerm(decision, (w) => w));

/** Of `clippedDoublyRobust`. */
export const clippedDoublyRobustTerms: PolicyTerms = (decisions) =>
  decisions.map((decision) => robustTerm(decision, (w) => clippedWeight(w)));

/** Of `switchDoublyRobust`. */
export const switchDoublyRobustTerms: PolicyTerms = (decisions) =>
  decisions.map((decision) => robustTerm(decision, (w) => switchedWeight(w)));

/** Terms of the difference between two estimates from the same decisions, in the same order. */
export function termDifferences(own: readonly PolicyTerm[], other: readonly PolicyTerm[]): readonly PolicyTerm[] {
  return own.map(({ rollout, base, drawn, possible }, i) => ({
    rollout,
    base: base - other[i]!.base,
    drawn: drawn - other[i]!.drawn,
    possible: possible.map((one, a) => ({ ...one, drawn: one.drawn - other[i]!.possible[a]!.drawn })),
  }));
}

function robustTerm(decision: LoggedDecision, f: (w: number) => number): PolicyTerm {
  return termOf(decision, { base: decision.targetValue, missed: decision.reward - decision.predicted }, f);
}

function termOf(
  { rollout, importanceWeight, possible }: LoggedDecision,
  { base, missed }: { readonly base: number; readonly missed: number },
  f = (w: number) => w,
): PolicyTerm {
  const drawn = f(importanceWeight) * missed;
  // A log that says nothing of the others might have drawn this only.
  const all = possible?.map((one) => ({ propensity: one.propensity, drawn: f(one.importanceWeight) * missed }));
  return { rollout, base, drawn, possible: all ?? [{ propensity: 1, drawn }] };
}
