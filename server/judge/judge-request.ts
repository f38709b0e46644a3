import { setImmediate } from 'node:timers/promises';
import {
  type JudgedWindow,
  type Judgement,
  type JudgePlan,
  judgeWindows,
  notePulled,
  planJudgement,
  SOURCE_FAULTS,
  sinceAppearance,
  type WindowsAsked,
} from '../../controller/index.ts';
import { type Clock, Problem } from '../../domain/index.ts';
import type { JudgeInput } from '../../domain/schema/index.ts';
import { type PrometheusAccess, queryPrometheus } from '../sources/query-prometheus.ts';
import { SourceFailure } from '../sources/source-failure.ts';
import { pullWindows } from './pull-windows.ts';

/** What judging works with. */
export interface JudgeDependencies {
  readonly clock: Clock;
  /** null: none is configured. */
  readonly prometheus: (PrometheusAccess & { readonly lagMs: number }) | null;
}

/** Judges what a request holds or names; Problems `invalidJudgement`, `prometheusFailed`. `stop` ends the asking early. */
export async function judgeRequest(deps: JudgeDependencies, input: JudgeInput, stop: AbortSignal): Promise<Judgement> {
  const planned = planJudgement(input);
  if ('windows' in planned) {
    const { plan, windows } = planned;
    return inSteps(judgeWindows(plan, windows, windows.at(-1)!.endMs));
  }
  const { plan, asked } = planned;
  const { clock, prometheus } = deps;
  if (prometheus === null) throw notConfigured();
  const nowMs = clock.nowMs();
  const ask = { ask: (query: Parameters<typeof queryPrometheus>[1]) => queryPrometheus(prometheus, query, stop) };
  const pulled = await pullWindows({ ...ask, nowMs, lagMs: prometheus.lagMs }, plan, asked).catch(explain);
  const windows = ofThisAnalysis(plan, asked, pulled.windows);
  const judgement = await inSteps(judgeWindows(plan, windows, pulled.throughMs));
  return { ...judgement, notes: [...judgement.notes, ...notePulled(plan, asked, { ...pulled, windows })] };
}

/** A look-back does not say when the analysis began, so it begins with the first sight of a treatment. */
function ofThisAnalysis(
  plan: JudgePlan,
  { fromMs, absenceMs }: WindowsAsked,
  windows: readonly JudgedWindow[],
): readonly JudgedWindow[] {
  if (fromMs !== null && absenceMs === null) return windows;
  return sinceAppearance(plan, windows, absenceMs ?? Number.POSITIVE_INFINITY);
}

/** Lets everything else have its turn between the steps. */
async function inSteps(steps: Generator<void, Judgement>): Promise<Judgement> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await setImmediate();
  }
}

function notConfigured(): Problem {
  const message = 'this server is not told of a Prometheus: set RAMPWRIGHT_PROMETHEUS_URL and start it again';
  return new Problem('invalidJudgement', message, [{ path: '/prometheus', message }]);
}

function explain(error: unknown): never {
  if (!(error instanceof SourceFailure)) throw error;
  const { reason, detail } = error.fault;
  throw new Problem('prometheusFailed', `${reason}: ${detail}; ${SOURCE_FAULTS[reason]}`);
}
