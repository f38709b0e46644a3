import { type Judgement, judgeWindows, planJudgement } from '../../../controller/index.ts';
import { Problem, type Violation } from '../../../domain/index.ts';
import type { JudgeInput } from '../../../domain/schema/index.ts';
import { seededDraws } from '../../models/seeded-draws.ts';

type WindowInput = NonNullable<JudgeInput['windows']>[number];

const MINUTE_MS = 60_000;

/** Failing shares of "stable" and "canary", and how many requests each has in a window. */
export interface Traffic {
  readonly windows: number;
  readonly stable: number;
  readonly canary: number;
  readonly exposures?: number;
}

/** Windows of a minute with seeded failures. */
export function windowsOf({ windows, stable, canary, exposures = 400 }: Traffic, seed = 1): WindowInput[] {
  const draws = seededDraws(seed);
  const shown = (rate: number) => {
    let events = 0;
    for (let unit = 0; unit < exposures; unit += 1) if (draws.uniform() < rate) events += 1;
    return { metrics: { errors: { kind: 'rate' as const, exposures, events } } };
  };
  return Array.from({ length: windows }, (_, index) => ({
    startMs: index * MINUTE_MS,
    endMs: (index + 1) * MINUTE_MS,
    variants: { stable: shown(stable), canary: shown(canary) },
  }));
}

/** The judgement of a request that holds its windows, all steps in one go. */
export function judged(input: JudgeInput): Judgement {
  const planned = planJudgement(input);
  if (!('windows' in planned)) throw new Error('the request holds no windows');
  const steps = judgeWindows(planned.plan, planned.windows, planned.windows.at(-1)!.endMs);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** What is wrong with a request. */
export function violationsOf(input: JudgeInput): readonly Violation[] {
  try {
    planJudgement(input);
  } catch (error) {
    if (error instanceof Problem && error.code === 'invalidJudgement') return error.violations;
    throw error;
  }
  return [];
}
