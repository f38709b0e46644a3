import type { RulePart, TargetingWatch } from '../compile-targeting.ts';
import type { Rule, RuleTree } from '../rule/operator.ts';
import { shownValue } from './shown-value.ts';

/** Steps that are kept of one evaluation; a loop over a long list makes more than anybody reads. */
const MAX_STEPS_KEPT = 500;

/** A rule that was asked, and its steps; values are texts, see `shownValue`. */
export interface ExplainedPart extends RulePart {
  readonly value: string;
  readonly steps: readonly ExplainedStep[];
}

/** One operation that was computed; what was not reached is missing. */
export interface ExplainedStep {
  /** "==", "var", "fractional". */
  readonly operator: string;
  /** Operands as they are written; null for those that are rules themselves. */
  readonly operands: readonly (string | null)[];
  readonly value: string;
  /** Of a `fractional`: the bucket of the unit, counted from 0, among how many. */
  readonly bucket?: { readonly index: number; readonly count: number };
  /** The operations inside it, in the order in which they were computed. */
  readonly steps: readonly ExplainedStep[];
}

type Open = { -readonly [Key in keyof ExplainedStep]: ExplainedStep[Key] } & { steps: ExplainedStep[] };

/** Keeps what the rules of one evaluation come to. */
export class Trace implements TargetingWatch {
  readonly parts: ExplainedPart[] = [];
  isCut = false;
  #stepsKept = 0;
  /** Operations that are being computed, outermost first; the root holds the steps of the present part. */
  #open: Open[] = [];

  part(part: RulePart, rule: Rule): Rule {
    return (data, call) => {
      const root = opened('', []);
      this.#open = [root];
      const value = rule(data, call);
      this.parts.push({ ...part, value: shownValue(value), steps: root.steps });
      return value;
    };
  }

  step({ name, operands }: RuleTree & { readonly kind: 'call' }, rule: Rule): Rule {
    const written = operands.map((operand) => (operand.kind === 'constant' ? shownValue(operand.value) : null));
    return (data, call) => {
      if (this.isCut) return rule(data, call);
      const step = opened(name, written);
      this.#open.push(step);
      const value = rule(data, call);
      this.#open.pop();
      step.value = shownValue(value);
      this.#keep(step);
      return value;
    };
  }

  noteBucket(index: number, count: number): void {
    const step = this.#open.at(-1);
    if (step !== undefined) step.bucket = { index, count };
  }

  #keep(step: ExplainedStep): void {
    this.#stepsKept++;
    if (this.#stepsKept > MAX_STEPS_KEPT) this.isCut = true;
    else this.#open.at(-1)?.steps.push(step);
  }
}

function opened(operator: string, operands: readonly (string | null)[]): Open {
  return { operator, operands, value: '', steps: [] };
}
