import type { EvaluationDetails } from '../domain/index.ts';
import { checkStructure } from './check/check-structure.ts';
import { compileTargeting, type TargetingWatch } from './compile-targeting.ts';
import { answersOf, type FlagAnswers, failedAnswer } from './flag-answers.ts';
import type { FlagSource } from './flag-source.ts';
import { MAX_STEPS } from './limits.ts';
import type { Call, Rule } from './rule/operator.ts';

/** A flag ready to be evaluated. */
export interface CompiledFlag {
  readonly source: FlagSource;
  /** Whether its answer may change with nothing but time. */
  readonly readsClock: boolean;
  evaluate(context: unknown, nowMs: number): EvaluationDetails;
  /** The answer when an evaluation throws. */
  readonly failure: EvaluationDetails;
}

/**
 * Compiles a flag. One that cannot be used answers PARSE_ERROR with the reason, whatever the definition is.
 *
 * `watch` looks on at every evaluation.
 */
export function compileFlag(source: FlagSource, watch?: TargetingWatch): CompiledFlag {
  return new FlagWithEvaluator(source, evaluatorOf(source, watch));
}

type FlagEvaluator = Pick<CompiledFlag, 'evaluate' | 'readsClock'>;

class FlagWithEvaluator implements CompiledFlag {
  readonly source: FlagSource;
  readonly evaluate: CompiledFlag['evaluate'];
  readonly readsClock: boolean;

  constructor(source: FlagSource, { evaluate, readsClock }: FlagEvaluator) {
    this.source = source;
    this.evaluate = evaluate;
    this.readsClock = readsClock;
  }

  /** Made when it is asked for, which is hardly ever, so that no flag has to keep it. */
  get failure(): EvaluationDetails {
    return failedAnswer(this.source, 'GENERAL', 'The context cannot be read.');
  }
}

function evaluatorOf(source: FlagSource, watch: TargetingWatch | undefined): FlagEvaluator {
  const broken = (message: string) => constant(failedAnswer(source, 'PARSE_ERROR', message));
  const [structuralViolation] = checkStructure(source.definition);
  if (structuralViolation) return broken(describe(structuralViolation));
  const answers = answersOf(source);
  if (source.definition.state === 'DISABLED') return constant(answers.disabled);
  try {
    const { rule, readsClock, violations } = compileTargeting(source, watch);
    if (violations[0]) return broken(describe(violations[0]));
    return rule ? { readsClock, evaluate: dependingOnContext(rule, answers) } : constant(answers.withoutTargeting);
  } catch {
    // Rollouts come from our own server; should one ever lack a field, only its own flag may suffer.
    return broken('One of the rollouts of this flag cannot be read.');
  }
}

function constant(details: EvaluationDetails): FlagEvaluator {
  return { readsClock: false, evaluate: () => details };
}

function dependingOnContext(rule: Rule, answers: FlagAnswers): FlagEvaluator['evaluate'] {
  // Evaluation is synchronous, so one call record per flag does; a new one each time would be the only garbage.
  const call: Call = { nowMs: 0, stepsLeft: 0, exposure: undefined };
  return (context, nowMs) => {
    call.nowMs = nowMs;
    call.stepsLeft = MAX_STEPS;
    call.exposure = undefined;
    const details = answers.forResult(rule(context, call));
    return call.exposure && details.errorCode === undefined ? { ...details, exposure: call.exposure } : details;
  };
}

function describe(violation: { readonly path: string; readonly message: string }): string {
  return violation.path === '' ? violation.message : `${violation.path}: ${violation.message}`;
}
